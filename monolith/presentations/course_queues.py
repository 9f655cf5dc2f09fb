"""What becomes of decisions in the queues of the course, where nobody confirms them and a restarted broker loses them.

What has left such a queue while the broker ran on was taken, and counts as handed over. What was sent there and was
neither taken nor confirmed when the broker restarted is published again: `begin` sees to that before anything else.
"""

import logging
import threading
from datetime import datetime

import pika
from django.conf import settings
from django.db import Error, close_old_connections, connection, transaction
from pika.exceptions import ChannelClosedByBroker

from contracts.queues import COURSE_QUEUES, PRESENTATION_APPROVALS, PRESENTATION_REJECTIONS
from messaging.connection import CONNECTION_ERRORS, Stopped, connect, reason
from messaging.outbox.rows import send_again_since
from messaging.shutdown import Stop
from presentations.models import CourseMode, Status
from presentations.reconciler import subjects, unconfirmed

log = logging.getLogger(__name__)

# An exchange that nobody publishes to. It is not durable, and only the relay makes it: it is gone exactly when the
# broker has restarted, and with it the course's queues, which others may have declared anew by now.
MARK = "presentations.course_mode"
NOT_FOUND = 404
INTERVAL = 1.0  # seconds between two looks
STATUSES = {PRESENTATION_APPROVALS.name: Status.APPROVED, PRESENTATION_REJECTIONS.name: Status.REJECTED}
TAKEN = """
    UPDATE presentations_presentation AS talk SET handed_over = now()
      FROM outbox_outboxmessage AS row
     WHERE talk.status = %s AND talk.notified IS NULL AND talk.handed_over IS NULL
       AND row.subject = 'presentation/' || talk.id AND row.sent_at >= %s AND row.sent_at < %s
"""


def begin(broker: pika.BlockingConnection) -> None:
    """To be called by the relay before it publishes: put what was lost back into the outbox, and remember the mode."""
    mode = CourseMode.objects.first()
    if not mode and not settings.COGO_COURSE:
        return
    is_lost = not _exists(broker, MARK)
    with transaction.atomic():
        if mode and is_lost:
            _publish_again(mode.since)
        elif not settings.COGO_COURSE:  # what waited there is in our own queues by now: see contracts.course
            for status in STATUSES.values():
                note_taken(status, _now())
        if is_lost or not settings.COGO_COURSE:
            CourseMode.objects.all().delete()
        if settings.COGO_COURSE and (is_lost or not mode):
            CourseMode.objects.create()
    channel = broker.channel()
    if settings.COGO_COURSE:
        channel.exchange_declare(MARK, "fanout")
    else:
        channel.exchange_delete(MARK)
    channel.close()


def on_ready(*, connection: pika.BlockingConnection, **_: object) -> None:
    """The relay is ready to publish."""
    begin(connection)


class CourseQueues(threading.Thread):
    """Looks into the course's queues every second, until asked to stop, and notes what was taken from them."""

    def __init__(self, url: str, name: str, stop: Stop) -> None:
        super().__init__(name="course queues", daemon=True)
        self._url, self._name = url, f"{name} course"
        self._stopping = stop

    def run(self) -> None:
        """Connect as often as it takes."""
        while not self._stopping.wait(INTERVAL):
            close_old_connections()
            try:
                with connect(self._url, self._name, self._stopping) as broker:
                    self._look(broker)
            except Stopped:
                return
            except Error as error:
                log.warning("could not note which decisions were taken: %s", str(error).strip())
            except CONNECTION_ERRORS as error:
                log.warning("could not look into the course's queues (%s)", reason(error))

    def _look(self, broker: pika.BlockingConnection) -> None:
        """On one connection: what was seen on another may have been before a restart. The relay comes first: of queues
        that a restart has emptied, it knows what was lost."""
        while not _exists(broker, MARK):
            if self._stopping.wait(INTERVAL):
                return
            broker.process_data_events()
        empty_at: dict[str, datetime] = {}
        channel = broker.channel()
        while not self._stopping.is_set():
            for queue in COURSE_QUEUES:
                now = _now()
                if channel.queue_declare(queue.name, passive=True).method.message_count:
                    empty_at.pop(queue.name, None)
                    continue
                # Twice, as what a worker of ours is moving out of it right now may still go back.
                if before := empty_at.get(queue.name):
                    note_taken(STATUSES[queue.instead_of], before)
                empty_at[queue.name] = now
            broker.sleep(INTERVAL)


def note_taken(status: Status, before: datetime) -> int:
    """Decisions of this kind that were sent before that time have left their queue; how many were not known to."""
    mode = CourseMode.objects.first()
    if not mode or not unconfirmed().filter(status=status).exists():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(TAKEN, [status, mode.since, before])
        return int(cursor.rowcount)


def _publish_again(since: datetime) -> None:
    again = send_again_since(subjects(unconfirmed()), since)
    log.warning("RabbitMQ has lost the course's queues: %d decisions that nobody had taken are published again", again)


def _exists(broker: pika.BlockingConnection, exchange: str) -> bool:
    channel = broker.channel()
    try:
        channel.exchange_declare(exchange, passive=True)
    except ChannelClosedByBroker as error:
        if error.reply_code != NOT_FOUND:
            raise
        return False
    channel.close()
    return True


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    return now
