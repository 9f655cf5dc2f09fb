"""What is in a letter."""

import os
from dataclasses import dataclass
from socket import gethostname

from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from contracts.messages import PresentationDecided
from presentation_mailer.recipients import recipient


@dataclass(frozen=True)
class Wording:
    """The subject of a letter, and the template of its body."""

    subject: str
    template: str


ACCEPTED = Wording("Your presentation has been accepted", "letters/accepted.txt")
REJECTED = Wording("Your presentation has been rejected", "letters/rejected.txt")


def compose(message: PresentationDecided, wording: Wording) -> EmailMessage:
    """The letter. Its Message-ID comes from the message, so a second copy is recognisable as one.

    Raises Permanent if it can be written to nobody.
    """
    return EmailMessage(
        subject=wording.subject,
        body=render_to_string(wording.template, {"message": message}),
        to=[recipient(message.presenter_email)],
        headers={
            "Message-ID": f"<{message.message_id}@conference.go>",
            "X-Worker": f"{gethostname()}:{os.getpid()}",
        },
    )
