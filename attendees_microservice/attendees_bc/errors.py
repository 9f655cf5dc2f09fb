"""What the attendees service refuses, and how it says so. The shape is that of web.errors."""

from typing import ClassVar

from attendees.refusals import AlreadyRegistered, ConferenceFull, UnknownConference
from web import errors
from web.errors import Answer


class Refusals(errors.Refusals):
    """Turns what the service raises into what its API answers."""

    answers: ClassVar[dict[type[Exception], Answer]] = {
        UnknownConference: Answer(400, "unknown_conference", "conference"),
        ConferenceFull: Answer(409, "conference_full", "conference"),
        AlreadyRegistered: Answer(409, "already_registered", "email"),
        **errors.ANSWERS,
    }
