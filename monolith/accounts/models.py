from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.fields import LowerCaseEmailField
from conference_go import epochs
from conference_go.epochs import MOST
from conference_go.transactions import CurrentTransaction

BROADCAST = {"email", "first_name", "last_name", "is_active"}


class Account(AbstractUser):
    """A person who can log in. Whoever leaves is deactivated, never deleted.

    `revision` grows with each change that others are told of; `updated` is when that was, and `written_in` the
    transaction, by which the feed of changes is ordered.
    """

    email = LowerCaseEmailField(unique=True)
    revision = models.PositiveBigIntegerField(default=0, editable=False)
    updated = models.DateTimeField(editable=False)
    written_in = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    REQUIRED_FIELDS = ["email"]

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="email_in_lower_case"),
            models.CheckConstraint(condition=models.Q(revision__gt=0), name="account_has_a_revision"),
            models.CheckConstraint(condition=models.Q(revision__lte=MOST), name="account_revision_in_bounds"),
        ]
        indexes = [models.Index("written_in", "id", name="accounts_as_written")]

    def __str__(self) -> str:
        return self.email

    @property
    def href(self) -> str:
        """Where the API has this account."""
        return account_href(self.email)

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        """Save; unless only `update_fields` are saved that nobody is told of, as the next revision."""
        if update_fields is not None and not BROADCAST & set(update_fields):
            super().save(*args, update_fields=update_fields, **options)
            return
        with transaction.atomic():
            self.become_next_revision()
            fields = None if update_fields is None else {*update_fields, "revision", "updated", "written_in"}
            super().save(*args, update_fields=fields, **options)

    @property
    def epoch(self) -> int:
        """The history in which its revisions are counted, asked of the database each time."""
        return epochs.current()

    def become_next_revision(self) -> None:
        """Count a change, in the transaction that saves it."""
        # Locked, so that of two changes at once one comes second: revisions are the order of commits.
        stored = Account.objects.select_for_update().filter(pk=self.pk).values_list("revision", flat=True).first()
        self.revision = (stored or 0) + 1
        self.updated = timezone.now()
        self.written_in = CurrentTransaction()


def account_href(email: str) -> str:
    """Where the API has this account."""
    return f"/api/accounts/{quote(email, safe='@+')}/"
