from django.db import connection, models, transaction
from django.db.models.functions import Now

from messaging.errors import OutsideTransaction
from messaging.message import Wire

CHANNEL = "outbox"  # of NOTIFY


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
            models.Index("subject", "id", name="outbox_held", condition=models.Q(sent_at=None, attempts__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.message_id} about {self.subject}"


def store(wire: Wire, subject: str) -> None:
    """See messaging.outbox.publish."""
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"publish({wire.type}) needs a transaction around it: use transaction.atomic")
    OutboxMessage.objects.create(
        message_id=wire.id,
        type=wire.type,
        subject=subject,
        exchange=wire.exchange,
        routing_key=wire.key,
        body=wire.body,
        headers=wire.headers,
    )
    # After the commit, in no transaction: NOTIFY inside one makes all commits wait for each other.
    transaction.on_commit(wake_relay, robust=True)


def wake_relay() -> None:
    """Tell the relay that there is something to do. Without it, the relay would look a second later."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
