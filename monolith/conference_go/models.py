from django.db import models


class Epoch(models.Model):
    """Which history of this database it is: one row, written by `epochs` alone.

    `number` grows with each history, `place` is where its rows are, as Postgres calls it.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField()
    place = models.CharField(max_length=100)
    began = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="there_is_one_epoch")]

    def __str__(self) -> str:
        return f"epoch {self.number}"
