"""What we write to presenters, and that each of them reads it once."""

import logging
import os
from dataclasses import dataclass
from socket import gethostname
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from contracts.messages import PresentationDecided, PresentationNotified
from messaging import metrics
from messaging.errors import Permanent
from messaging.inbox import outages_of_the_database
from messaging.outbox import publish
from presentation_mailer import smtp
from presentation_mailer.in_hand import in_hand
from presentation_mailer.models import Letter, State

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wording:
    """The subject of a letter, and the template of its body."""

    subject: str
    template: str


ACCEPTED = Wording("Your presentation has been accepted", "letters/accepted.txt")
REJECTED = Wording("Your presentation has been rejected", "letters/rejected.txt")

# What the mail server has taken and the database does not know yet, because it went away in between.
_taken: set[UUID] = set()


def send_once(message: PresentationDecided, wording: Wording) -> None:
    """Send the letter unless it was sent before.

    Between handing it over and noting that, there is a moment in which a crash leaves nobody knowing. Then
    EMAIL_AMBIGUOUS decides: `resend` sends it again under the same Message-ID, `hold` raises Permanent until an
    operator has found out (`manage.py letters`) and replays the dead letter. Raises what smtp.deliver raises.
    """
    with in_hand(message.message_id):
        if message.message_id not in _taken:
            letter = _claim(message, wording)
            if letter.state != State.SENT:
                _hand_over(letter, compose(message, wording))
        _note_sent(message)


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


def _claim(message: PresentationDecided, wording: Wording) -> Letter:
    """The receipt: `sent` if there is nothing to do, `sending` if the letter may go out. Raises Permanent."""
    with outages_of_the_database(), transaction.atomic():
        letter, _ = Letter.objects.select_for_update().get_or_create(
            message_id=message.message_id,
            defaults={"recipient": message.presenter_email, "subject": wording.subject},
        )
        if letter.state == State.SENT:
            metrics.DUPLICATES.labels(message.type).inc()
            log.info("letter %s came again; it was sent before", letter.message_id)
            return letter
        if letter.begin_to_send(settings.EMAIL_AMBIGUOUS):
            smtp.AMBIGUOUS.labels(settings.EMAIL_AMBIGUOUS).inc()
            log.warning("letter %s may have gone out before: %s", letter.message_id, settings.EMAIL_AMBIGUOUS)
        letter.save(update_fields=["state", "ambiguous"])
    if letter.state == State.HELD:
        raise Permanent("the letter may or may not have gone out: find out, say so with `letters`, and replay it")
    return letter


def _hand_over(letter: Letter, email: EmailMessage) -> None:
    try:
        smtp.deliver(email)
    except smtp.Unanswered:
        raise  # and the receipt stays `sending`
    except Exception as error:
        with outages_of_the_database():
            Letter.objects.filter(pk=letter.pk).exclude(state=State.HELD).update(state=State.WAITING, last_error=error)
        raise
    _taken.add(letter.message_id)


def _note_sent(message: PresentationDecided) -> None:
    """Write the receipt and tell the monolith, if the message names a presentation to tell of.

    Also of a letter that was sent before: it may not have heard."""
    with outages_of_the_database(), transaction.atomic():
        letter = Letter.objects.select_for_update().get(message_id=message.message_id)
        if letter.state != State.SENT:
            letter.state, letter.sent_at = State.SENT, timezone.now()
            letter.save(update_fields=["state", "sent_at"])
        if message.presentation_id:
            publish(PresentationNotified(presentation_id=message.presentation_id, notified=letter.sent_at))
    _taken.discard(message.message_id)
