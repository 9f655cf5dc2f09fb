from django.db import models
from django.db.models.functions import Now


class State(models.TextChoices):
    WAITING = "waiting"  # the mail server has certainly not taken it
    SENDING = "sending"  # handed over now, or a try that ended without an answer
    SENT = "sent"
    HELD = "held"  # nobody knows whether it went out; an operator decides


class NotHeld(Exception):
    """There is nothing to settle about this letter."""


class Letter(models.Model):
    """The receipt for one letter: written before it is handed over, and again after.

    A letter that is found `sending` by a later try is the one case in which nobody can know.
    """

    message_id = models.UUIDField(primary_key=True)
    recipient = models.EmailField()
    subject = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    last_error = models.TextField(db_default="")  # why the last try certainly did not hand it over
    ambiguous = models.PositiveSmallIntegerField(default=0)  # tries that found it `sending`
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipient}: {self.state}"

    def begin_to_send(self, policy: str) -> bool:
        """Become `sending`; or `held`, if a try ended without an answer and `policy` is not `resend` but `hold`.
        Whether one did. What is held stays held, however often its message comes, until `settle`."""
        is_ambiguous = self.state == State.SENDING
        self.ambiguous += is_ambiguous
        in_doubt = is_ambiguous or self.state == State.HELD
        self.state = State.HELD if in_doubt and policy == "hold" else State.SENDING
        return is_ambiguous

    def settle(self, arrived: bool) -> None:
        """Somebody asked the mail server about a letter that is held. Raises NotHeld about any other."""
        if self.state != State.HELD:
            raise NotHeld(f"it is not held but {self.state}")
        # When it was handed over nobody noted; its receipt was written just before.
        self.state, self.sent_at = (State.SENT, self.created_at) if arrived else (State.WAITING, None)
