from django.db import models
from django.db.models.functions import Now


class State(models.TextChoices):
    WAITING = "waiting"  # the mail server has certainly not taken it
    SENDING = "sending"  # handed over now, or a try that ended without an answer
    SENT = "sent"
    HELD = "held"  # nobody knows whether it went out; an operator decides


class Letter(models.Model):
    """The receipt for one letter: written before it is handed over, and again after.

    A letter that is found `sending` by a later try is the one case in which nobody can know.
    """

    message_id = models.UUIDField(primary_key=True)
    recipient = models.EmailField()
    subject = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    ambiguous = models.PositiveSmallIntegerField(default=0)  # tries that found it `sending`
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipient}: {self.state}"

    def begin_to_send(self, policy: str) -> bool:
        """Become `sending`; or `held`, if a try ended without an answer and `policy` is not `resend` but `hold`.
        Whether one did."""
        is_ambiguous = self.state == State.SENDING
        self.ambiguous += is_ambiguous
        self.state = State.HELD if is_ambiguous and policy == "hold" else State.SENDING
        return is_ambiguous
