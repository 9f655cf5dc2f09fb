"""What we write to presenters, and that each of them reads it once."""

import logging
import os
from dataclasses import dataclass
from socket import gethostname

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string

from messaging.errors import Permanent
from messaging.inbox import outages_of_the_database
from messaging.messages import PresentationDecided
from presentation_mailer import smtp
from presentation_mailer.models import Letter, State

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wording:
    """The subject of a letter, and the template of its body."""

    subject: str
    template: str


ACCEPTED = Wording("Your presentation has been accepted", "letters/accepted.txt")
REJECTED = Wording("Your presentation has been rejected", "letters/rejected.txt")


def send_once(message: PresentationDecided, wording: Wording) -> None:
    """Send the letter unless it was sent before.

    Between handing it over and noting that, there is a moment in which a crash leaves nobody knowing. Then
    EMAIL_AMBIGUOUS decides: `resend` sends it again under the same Message-ID, `hold` raises Permanent and
    leaves it to an operator, whose replay of the dead letter sends it. Raises what smtp.deliver raises.
    """
    with outages_of_the_database(), transaction.atomic():
        letter, _ = Letter.objects.select_for_update().get_or_create(
            message_id=message.message_id,
            defaults={"recipient": message.presenter_email, "subject": wording.subject},
        )
        if letter.state == State.SENT:
            log.info("letter %s came again; it was sent before", letter.message_id)
            return
        may_send = letter.hold_or_send(settings.EMAIL_AMBIGUOUS)
        letter.save(update_fields=["state", "ambiguous"])
    if not may_send:
        raise Permanent("the letter may or may not have gone out; replay it to send it, or discard it")
    _hand_over(letter, compose(message, wording))


def compose(message: PresentationDecided, wording: Wording) -> EmailMessage:
    """The letter. Its Message-ID comes from the message, so a second copy is recognisable as one."""
    return EmailMessage(
        subject=wording.subject,
        body=render_to_string(wording.template, {"message": message}),
        to=[message.presenter_email],
        headers={
            "Message-ID": f"<{message.message_id}@conference.go>",
            "X-Worker": f"{gethostname()}:{os.getpid()}",
        },
    )


def _hand_over(letter: Letter, email: EmailMessage) -> None:
    try:
        smtp.deliver(email)
    except smtp.Unanswered:
        raise  # and the receipt stays `sending`
    except Exception:
        with outages_of_the_database():
            Letter.objects.filter(pk=letter.pk).update(state=State.WAITING)
        raise
    with outages_of_the_database():
        Letter.objects.filter(pk=letter.pk).update(state=State.SENT, sent_at=Now())
