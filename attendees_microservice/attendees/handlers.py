"""What this service does when news arrives by message."""

from django.conf import settings

from attendees import copies, updates
from attendees.models import Source
from attendees.records import AccountRecord, ConferenceDeletion, ConferenceRecord
from contracts.messages import AccountChanged, ConferenceChanged, ConferenceDeleted
from contracts.queues import ATTENDEES_ACCOUNTS, ATTENDEES_CONFERENCES
from messaging.consumer import Consumer
from messaging.inbox import once_each

BATCH = 500
consumer = Consumer(
    [ATTENDEES_ACCOUNTS, ATTENDEES_CONFERENCES], prefetch=2 * BATCH, topology=settings.MESSAGING_TOPOLOGY
)


@consumer.handles(AccountChanged, batch=BATCH)
@once_each("copy_accounts")
def copy_accounts(messages: list[AccountChanged]) -> None:
    """Know the accounts as they are now; a closed one is kept, inactive."""
    copies.copy_accounts(map(AccountRecord.of, messages))


@consumer.handles(ConferenceChanged, batch=BATCH)
@once_each("copy_conferences")
def copy_conferences(messages: list[ConferenceChanged]) -> None:
    """Know the conferences as they are now."""
    updates.apply_changes(Source.PUSH, list(map(ConferenceRecord.of, messages)))


@consumer.handles(ConferenceDeleted, batch=BATCH)
@once_each("bury_conferences")
def delete_conferences(messages: list[ConferenceDeleted]) -> None:
    """Take no more registrations for them."""
    updates.apply_deletions(Source.PUSH, list(map(ConferenceDeletion.of, messages)))
