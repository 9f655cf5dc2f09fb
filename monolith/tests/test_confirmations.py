"""A decision counts as done once its letter is confirmed; until then it is published again, now and then."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection

from contracts.messages import PresentationNotified
from messaging.inbox.models import Receipt
from messaging.outbox.models import OutboxMessage
from presentations import actions
from presentations.handlers import note_letter
from presentations.models import Presentation
from presentations.reconciler import republish_unconfirmed

pytestmark = pytest.mark.django_db

FIRST = datetime(2026, 11, 23, 9, tzinfo=UTC)
TIMEOUT = timedelta(minutes=10)


@pytest.fixture
def approved(presentation) -> Presentation:
    actions.approve(presentation.pk)
    return presentation


def notified(presentation: Presentation, when: datetime = FIRST) -> PresentationNotified:
    return PresentationNotified(presentation_id=presentation.pk, notified=when)


def sent(ago: timedelta) -> None:
    """The relay published everything so long ago."""
    OutboxMessage.objects.filter(type__startswith="presentation.").update(sent_at=datetime.now(UTC) - ago)


def is_pending() -> bool:
    return OutboxMessage.objects.get(type="presentation.approved").sent_at is None


def test_the_first_letter_is_what_the_api_shows(client, approved):
    note_letter(notified(approved))
    note_letter(notified(approved, FIRST + timedelta(hours=1)))

    assert client.get(approved.href).json()["notified"] == "2026-11-23T09:00:00Z"


def test_a_letter_about_a_presentation_that_is_gone_is_no_trouble(approved):
    message = notified(approved)
    approved.delete()

    note_letter(message)


def test_an_unconfirmed_decision_is_published_again_under_its_id(approved):
    before = OutboxMessage.objects.get(type="presentation.approved").message_id
    sent(timedelta(minutes=11))

    assert republish_unconfirmed(TIMEOUT) == 1

    assert is_pending()
    assert OutboxMessage.objects.get(type="presentation.approved").message_id == before


def test_a_confirmed_or_a_recent_or_an_unsent_decision_is_left_alone(approved):
    assert republish_unconfirmed(TIMEOUT) == 0
    sent(timedelta(minutes=9))
    assert republish_unconfirmed(TIMEOUT) == 0
    sent(timedelta(minutes=11))
    note_letter(notified(approved))
    assert republish_unconfirmed(TIMEOUT) == 0


def test_each_time_it_takes_twice_as_long(approved):
    for minutes in (11, 21, 41):
        sent(timedelta(minutes=minutes - 2))
        assert republish_unconfirmed(TIMEOUT) == 0
        sent(timedelta(minutes=minutes))
        assert republish_unconfirmed(TIMEOUT) == 1


def test_receipts_of_earlier_versions_count(approved):
    message = notified(approved)
    Receipt.objects.create(message_id=message.message_id, handler="presentations.handlers.note_letter")

    import_module("presentations.migrations.0005_names_of_handlers").rename(
        None, SimpleNamespace(connection=connection)
    )
    note_letter(message)

    approved.refresh_from_db()
    assert approved.notified is None
    assert Receipt.objects.get().handler == "note_letter"
