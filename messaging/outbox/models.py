from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models.functions import Now


class OutboxMessage(models.Model):
    """A message that was decided on, and whether RabbitMQ has it."""

    id = models.BigAutoField(primary_key=True)
    message_id = models.UUIDField()
    type = models.CharField(max_length=100)
    subject = models.CharField(max_length=300)
    exchange = models.CharField(max_length=100)
    routing_key = models.CharField(max_length=200)
    body = models.BinaryField()
    headers = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    resent = models.SmallIntegerField(db_default=0)
    attempts = models.SmallIntegerField(db_default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    last_error = models.TextField(db_default="")

    class Meta:
        indexes = [
            models.Index("id", name="outbox_pending", condition=models.Q(sent_at=None)),
            # Nothing but looked up in, whatever statistics say of its size; so sent rows stay in, see pending.pending.
            HashIndex(fields=["subject"], name="outbox_held", condition=models.Q(attempts__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.message_id} about {self.subject}"
