from django.db import models


class Attempts(models.Model):
    """How often somebody tried something within a minute."""

    key = models.CharField(max_length=64, primary_key=True)  # a digest of who tried what
    minute = models.DateTimeField(db_index=True)
    count = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.count} at {self.minute:%H:%M}"
