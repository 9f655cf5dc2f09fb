"""What the monolith refuses, and how it says so. The shape is that of web.errors."""

from typing import ClassVar

from django.db import IntegrityError
from django.db.models import ProtectedError

from accounts.refusals import AccountTaken, LoggedInTooLate
from conference_go.changes import StaleCursor
from presentations.refusals import AlreadyDecided
from web import errors
from web.errors import Answer


class Refusals(errors.Refusals):
    """Turns what the monolith raises into what its API answers."""

    answers: ClassVar[dict[type[Exception], Answer]] = {
        AlreadyDecided: Answer(409, "already_decided"),
        LoggedInTooLate: Answer(400, "logged_in_too_late"),
        AccountTaken: Answer(409, "account_taken"),
        StaleCursor: Answer(410, "stale_cursor"),
        ProtectedError: Answer(409, "in_use"),
        IntegrityError: Answer(409, "conflict"),
        **errors.ANSWERS,
    }

    def in_words(self, exc: Exception, answer: Answer) -> str:
        """What a person is told."""
        if isinstance(exc, ProtectedError):
            users = ", ".join(sorted({str(each) for each in exc.protected_objects})[:5])
            return f"It is still in use by: {users}. Change or delete those first."
        if isinstance(exc, IntegrityError):
            return "Somebody changed what this belongs to at the same time; look again, then try again."
        return super().in_words(exc, answer)
