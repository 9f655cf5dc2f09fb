"""What this service does when news arrives by message."""

from attendees import lanes
from attendees.copies import copy_accounts
from attendees.facts import AccountFact, ConferenceFact, ConferenceGone
from attendees.models import Lane
from messaging import topology
from messaging.consumer import Consumer
from messaging.inbox import once
from messaging.messages import AccountChanged, ConferenceChanged, ConferenceDeleted

consumer = Consumer(queues=[topology.ATTENDEES_ACCOUNTS, topology.ATTENDEES_CONFERENCES])


@consumer.handles(AccountChanged)
@once
def copy_account(message: AccountChanged) -> None:
    """Know the account as it is now; a closed one is kept, inactive."""
    copy_accounts([AccountFact.of(message)])


@consumer.handles(ConferenceChanged)
@once
def copy_conference(message: ConferenceChanged) -> None:
    """Know the conference as it is now."""
    lanes.take_changes(Lane.PUSH, [ConferenceFact.of(message)])


@consumer.handles(ConferenceDeleted)
@once
def bury_conference(message: ConferenceDeleted) -> None:
    """Take no more registrations for it."""
    lanes.take_deletions(Lane.PUSH, [ConferenceGone.of(message)])
