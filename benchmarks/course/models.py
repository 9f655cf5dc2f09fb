from django.db import models


class Conference(models.Model):
    """The monolith's table."""

    name = models.CharField(max_length=200)
    starts = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "events_conference"
        ordering = ("starts", "name")

    def __str__(self) -> str:
        return self.name

    @property
    def href(self) -> str:
        """Where the API has it."""
        return f"/api/conferences/{self.pk}/"


class Presentation(models.Model):
    """The monolith's table."""

    presenter_name = models.CharField(max_length=150)
    company_name = models.CharField(max_length=150, null=True)  # noqa: DJ001
    presenter_email = models.EmailField()
    title = models.CharField(max_length=200)
    synopsis = models.TextField()
    status = models.CharField(max_length=10)
    created = models.DateTimeField()
    conference = models.ForeignKey(Conference, on_delete=models.CASCADE)

    class Meta:
        managed = False
        db_table = "presentations_presentation"

    def __str__(self) -> str:
        return self.title

    @property
    def href(self) -> str:
        """Where the API has it."""
        return f"/api/presentations/{self.pk}/"
