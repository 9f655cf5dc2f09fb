"""Moves outbox rows to RabbitMQ: in id order, marked only after the broker's confirmation.

One relay works per database, the others stand by; which one is decided by an advisory lock of the same
session that reads and marks the rows, so a relay that lost its lock can mark nothing.
"""

import logging
import select
import time
from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.db import Error, connection

from messaging import metrics
from messaging.backoff import Backoff
from messaging.batch import Batch, Outcome
from messaging.connection import CONNECTION_ERRORS, Stopped
from messaging.message import Wire
from messaging.outbox.rows import CHANNEL, SESSION, Row, backlog, forget_sent, mark_sent, pending, put_off
from messaging.outbox.signals import house_kept
from messaging.publisher import Publisher
from messaging.shutdown import Stop

log = logging.getLogger(__name__)

RELAY_LOCK = 0x72656C61  # "rela"
BATCH = 500  # rows: at 500 unconfirmed messages a quorum queue is near its limit (docs/explanation)
OVERLAP = 2  # batches: one is read and sent while the other is being confirmed
POLL = 1.0  # seconds between looks at the table; NOTIFY only makes it sooner
CONFIRM_TIMEOUT = 90.0  # seconds; a connection that is blocked or dead for shorter is closed before, which settles all
MOST_FORGOTTEN = 20  # thousand rows at a time
RENEWAL = 10.0  # seconds between two new connections that a refusal is answered with
HOUSE_KEEPING = 10.0  # seconds between two looks at how much there is, and at what may be forgotten


@dataclass
class InFlight:
    """Rows that are on their way, and the batch that carries them."""

    rows: list[Row]
    batch: Batch
    holds_back: bool = False  # there may be rows that must not be sent before these are settled


class Relay:
    """Run one, or several for standby. Promises: nothing is marked that the broker has not confirmed; of one
    subject only one message is on its way at a time, so a failed one never lets a later one overtake."""

    def __init__(self, url: str, name: str, stop: Stop) -> None:
        self._stop = stop
        self._publisher = Publisher(url, name, stop)
        self._in_flight: deque[InFlight] = deque()
        self._look = True
        self._house_kept = 0.0
        self._renewed = 0.0

    def run(self) -> None:
        """Relay until asked to stop; whatever is lost on the way, database or broker, is waited for.

        Raises RuntimeError when the publisher died.
        """
        self._publisher.start()
        backoff = Backoff(first=0.5, most=5)
        while not self._stop.is_set():
            try:
                if self._lead():
                    backoff.reset()
                    self._work()
            except Error as error:
                self._in_flight.clear()
                connection.close()
                pause = backoff.next()
                log.warning("waiting for the database (%s); next try in %.1f s", str(error).strip(), pause)
                self._stop.wait(pause)
        self._publisher.close()
        connection.close()

    def turn(self) -> int:
        """One step: send what is pending, or settle the oldest batch. Returns the number of rows confirmed."""
        if self._look and len(self._in_flight) < OVERLAP:
            self._send()
            return 0
        return self._settle(self._in_flight.popleft()) if self._in_flight else 0

    def look(self) -> None:
        """There may be something to send: the next turn looks."""
        self._look = True

    def _lead(self) -> bool:
        """Whether this relay holds the lock; if not, a pause later it may."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [RELAY_LOCK])
            (leading,) = cursor.fetchone()
            if leading:
                _insist_on_a_session_of_our_own(cursor)
                cursor.execute(f"LISTEN {CHANNEL}")
                cursor.execute(SESSION)
                log.info("relaying the outbox")
                return True
        log.info("another relay is at work; standing by")
        self._stop.wait(POLL)
        return False

    def _work(self) -> None:
        while not self._stop.is_set():
            self._stop.show_alive()
            if not self._publisher.is_alive():
                raise RuntimeError("the publisher thread died; see the log above")
            self.turn()
            if not self._in_flight and not self._look:
                self._wait_for_news()
                self.look()
            self._keep_house()
        while self._in_flight:
            self._settle(self._in_flight.popleft())

    def _keep_house(self) -> None:
        if time.monotonic() < self._house_kept + HOUSE_KEEPING:
            return
        self._house_kept = time.monotonic()
        rows, seconds = backlog()
        metrics.OUTBOX_PENDING.set(rows)
        metrics.OUTBOX_OLDEST_SECONDS.set(seconds)
        for _ in range(MOST_FORGOTTEN):
            if not forget_sent():
                break
        house_kept.send(type(self))

    def _send(self) -> None:
        """Send what may be sent beside what is on its way: the first of each subject."""
        self._look = False
        if not self._publisher.wait_open(POLL):
            return
        busy = {row.subject for flight in self._in_flight for row in flight.rows}
        found = pending(BATCH, busy)
        rows = _first_of_each_subject(found)
        if rows:
            self._in_flight.append(InFlight(rows, self._publisher.submit([row.wire for row in rows])))
        self._look = len(found) == BATCH
        if self._in_flight:
            self._in_flight[-1].holds_back |= bool(busy) or len(rows) < len(found)

    def _settle(self, flight: InFlight) -> int:
        self._look = self._look or flight.holds_back
        answers, rows = self._answers(flight.batch), defaultdict(list)
        for row in flight.rows:
            rows[answers[row.wire.id]].append(row)
        mark_sent([row.id for row in rows[Outcome.CONFIRMED]])
        for outcome in (Outcome.RETURNED, Outcome.REFUSED):
            if failed := rows[outcome]:
                log.error(
                    "%d messages stay in the outbox: %s, first %s",
                    len(failed),
                    outcome.value,
                    _told(failed[0].wire),
                )
                put_off([row.id for row in failed], outcome.value)
        if rows[Outcome.RETURNED]:
            with suppress(Stopped, *CONNECTION_ERRORS):  # they are tried again, and then this is
                self._publisher.declare()
        if rows[Outcome.REFUSED] and time.monotonic() > self._renewed + RENEWAL:
            # Where a queue was full, RabbitMQ goes on refusing this channel when its limit has been lifted since.
            self._renewed = time.monotonic()
            self._publisher.renew()
        return len(rows[Outcome.CONFIRMED])

    def _answers(self, batch: Batch) -> dict[UUID, Outcome]:
        deadline = time.monotonic() + CONFIRM_TIMEOUT
        with metrics.CONFIRM_SECONDS.time():
            while not batch.is_settled and time.monotonic() < deadline and not self._stop.is_set():
                batch.wait(1)
                self._stop.show_alive()
        return batch.wait(1)  # also when asked to stop: a broker that is well needs far less

    def _wait_for_news(self) -> None:
        session = connection.connection
        with connection.wrap_database_errors:  # these are psycopg2's own, past Django's cursor
            if not session.notifies:  # else some came with the answer to a statement, and the socket is silent
                select.select([session], [], [], POLL)
                session.poll()
        session.notifies.clear()


def _first_of_each_subject(found: list[Row]) -> list[Row]:
    return list({row.subject: row for row in reversed(found)}.values())[::-1]


def _told(wire: Wire) -> str:
    return f"{wire.type} {wire.id} to {wire.exchange!r} with key {wire.key!r}"


def _insist_on_a_session_of_our_own(cursor: object) -> None:
    """Raises RuntimeError where a pooler hands the lock's session to somebody else after each statement."""
    pids = set()
    for _ in range(2):
        cursor.execute(  # type: ignore[attr-defined]
            "SELECT pg_backend_pid(), count(*) FROM pg_locks"
            " WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND objid = %s",
            [RELAY_LOCK],
        )
        pids.add(cursor.fetchone())  # type: ignore[attr-defined]
    if len(pids) != 1 or not pids.pop()[1]:
        raise RuntimeError(
            "the relay needs a direct connection: DATABASE_URL leads through a pooler that shares sessions"
        )
