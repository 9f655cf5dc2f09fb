from django.db import models
from django.db.models.functions import Now


class KeptAnswer(models.Model):
    """What the first request with an Idempotency-Key was answered."""

    key = models.CharField(max_length=64, primary_key=True)  # a digest of who asked what under which key
    fingerprint = models.CharField(max_length=64)  # of the body, which may hold a password
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField()
    kept_at = models.DateTimeField(db_default=Now(), db_index=True)

    def __str__(self) -> str:
        return f"{self.status} for {self.key[:8]}…"
