"""Tells everyone of an account, whichever way it was saved: API, admin, createsuperuser, seed or shell."""

from collections.abc import Collection
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from accounts.models import Account
from messaging.messages import AccountChanged
from messaging.outbox import publish


@receiver(post_save, sender=Account)
def broadcast(instance: Account, update_fields: Collection[str] | None = None, **_: Any) -> None:
    """Publish the new revision, in the transaction that saves it."""
    if update_fields is None or "revision" in update_fields:
        publish(AccountChanged.of(instance))
