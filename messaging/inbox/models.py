from django.db import models
from django.db.models.functions import Now


class Receipt(models.Model):
    """This handler has dealt with this message.

    It stays until somebody has old ones removed (`manage.py forget_receipts`).
    """

    pk = models.CompositePrimaryKey("message_id", "handler")
    message_id = models.UUIDField()
    handler = models.CharField(max_length=100)
    received_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.handler} had {self.message_id}"
