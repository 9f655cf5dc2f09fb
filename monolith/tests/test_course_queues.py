"""In course mode a decision that was taken counts as handed over, and what the broker lost is published again."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pika
import pytest
from pika.adapters.blocking_connection import BlockingConnection

from contracts.messages import PresentationNotified
from contracts.queues import COURSE_QUEUES
from messaging.outbox.models import OutboxMessage
from messaging.outbox.signals import ready_to_publish
from messaging.shutdown import Stop
from presentations import actions, course_queues
from presentations.course_queues import MARK, CourseQueues, begin, note_taken
from presentations.handlers import note_letter
from presentations.models import CourseMode, Presentation, Status
from presentations.reconciler import republish_unconfirmed

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker(broker_url, settings) -> Iterator[BlockingConnection]:
    settings.COGO_COURSE = True
    with pika.BlockingConnection(pika.URLParameters(broker_url)) as connection:
        yield connection
        connection.channel().exchange_delete(MARK)


@pytest.fixture
def approved(broker, presentation) -> Presentation:
    """Sent to the course's queue."""
    begin(broker)
    CourseMode.objects.update(since=datetime.now(UTC) - timedelta(hours=2))
    actions.approve(presentation.pk)
    sent()
    return presentation


def sent() -> None:
    OutboxMessage.objects.update(sent_at=datetime.now(UTC) - timedelta(hours=1))


def is_pending() -> bool:
    return OutboxMessage.objects.get(type="presentation.approved").sent_at is None


def lose_all(broker: BlockingConnection) -> None:
    """As the broker does to what is not durable, when it restarts."""
    broker.channel().exchange_delete(MARK)


def test_what_was_not_taken_when_the_broker_restarted_is_published_again(broker, approved):
    lose_all(broker)

    begin(broker)

    assert is_pending()


def test_while_the_broker_runs_on_nothing_is_published_again(broker, approved):
    begin(broker)

    assert not is_pending()


def test_once_published_again_it_is_so_once_a_restart(broker, approved):
    lose_all(broker)
    begin(broker)
    OutboxMessage.objects.update(sent_at=datetime.now(UTC))

    begin(broker)

    assert not is_pending()


def test_what_was_taken_is_not_published_again_after_a_restart(broker, approved):
    assert note_taken(Status.APPROVED, datetime.now(UTC)) == 1
    lose_all(broker)

    begin(broker)

    assert not is_pending()


def test_what_was_taken_from_one_queue_was_not_from_the_other(broker, approved):
    assert note_taken(Status.REJECTED, datetime.now(UTC)) == 0


def test_what_was_sent_after_the_queue_was_empty_was_not_taken(broker, approved):
    assert note_taken(Status.APPROVED, datetime.now(UTC) - timedelta(hours=1, seconds=1)) == 0


def test_a_confirmed_letter_is_not_published_again(broker, approved):
    note_letter(PresentationNotified(presentation_id=approved.pk, notified=datetime.now(UTC)))
    lose_all(broker)

    begin(broker)

    assert not is_pending()


def test_what_was_sent_to_our_own_queues_before_course_mode_stays_there(broker, presentation):
    actions.approve(presentation.pk)
    sent()

    begin(broker)

    assert not is_pending()
    assert note_taken(Status.APPROVED, datetime.now(UTC)) == 0


@pytest.mark.parametrize("is_restarted", [True, False])
def test_leaving_course_mode_leaves_no_doubt(broker, approved, settings, is_restarted):
    """With the broker's restart what waited is lost; without it, it is in our own queues, or was taken."""
    settings.COGO_COURSE = False
    if is_restarted:
        lose_all(broker)

    begin(broker)

    assert is_pending() == is_restarted
    assert not CourseMode.objects.exists()
    assert republish_unconfirmed(timedelta(minutes=10)) == 0


def test_out_of_course_mode_the_broker_is_not_asked(settings):
    settings.COGO_COURSE = False

    begin(None)  # type: ignore[arg-type]


def test_the_relay_sees_to_it_before_it_publishes(broker, approved):
    lose_all(broker)

    ready_to_publish.send(None, connection=broker)

    assert is_pending()


def test_queues_that_a_restart_has_emptied_count_as_taken_from_by_nobody(broker, broker_url, approved, monkeypatch):
    monkeypatch.setattr(course_queues, "INTERVAL", 0.02)
    lose_all(broker)
    for queue in COURSE_QUEUES:
        broker.channel().queue_declare(queue.name)
    stop = Stop()
    threading.Timer(1, stop.set).start()

    CourseQueues(broker_url, "test", stop)._look(broker)  # many looks, before the relay's first
    begin(broker)

    assert is_pending()
