"""What follows when an account is saved, whichever way: API, admin, createsuperuser, seed, fixture or shell."""

from collections.abc import Collection
from typing import Any

from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver
from rest_framework.authtoken.models import Token

from accounts.models import Account
from contracts.messages import AccountChanged
from messaging.outbox import publish


@receiver(pre_save, sender=Account)
def count_fixture(instance: Account, raw: bool, **_: Any) -> None:
    """Rows of a fixture do not pass through Account.save(), which counts the others."""
    if raw:
        instance.become_next_revision()


@receiver(post_save, sender=Account)
def broadcast(instance: Account, update_fields: Collection[str] | None = None, **_: Any) -> None:
    """Publish the new revision, in the transaction that saves it."""
    if update_fields is None or "revision" in update_fields:
        publish(AccountChanged.of(instance))


@receiver(post_save, sender=Account)
def revoke_token(instance: Account, **_: Any) -> None:
    """Whoever left has no token any more; whoever has another password must log in with it."""
    # `_password` is what set_password() was given, until the save is over; Django has no public name for it.
    if not instance.is_active or instance._password is not None:
        Token.objects.filter(user=instance).delete()
