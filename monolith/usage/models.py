from django.db import models


class Purpose(models.TextChoices):
    """What the monolith does for others to know of its changes."""

    POLLS = "polls"
    PUBLISHING = "publishing"


class UsageSample(models.Model):
    """What that took within a minute, of all processes together."""

    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    minute = models.DateTimeField()
    requests = models.BigIntegerField(help_text="Polls answered, or messages put into the outbox.")
    bytes = models.BigIntegerField(help_text="Of the answers with their headers, or of the messages' bodies.")
    queries = models.BigIntegerField(help_text="SQL statements.")
    cpu_ms = models.FloatField(help_text="Milliseconds of CPU in our own processes; the database's are its own.")

    class Meta:
        db_table = "bill_charge"
        constraints = [models.UniqueConstraint(fields=["minute", "purpose"], name="one_charge_per_purpose_and_minute")]

    def __str__(self) -> str:
        return f"{self.purpose} at {self.minute:%H:%M}"
