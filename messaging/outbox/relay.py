"""Moves outbox rows to RabbitMQ: in id order, marked only after the broker's confirmation.

One relay works per database, the others stand by; which one is decided by an advisory lock of the same
session that reads and marks the rows, so a relay that lost its lock can mark nothing.
"""

import logging
import time
from collections import defaultdict

from django.db import Error
from pika.adapters.blocking_connection import BlockingConnection
from pika.exceptions import ChannelClosedByBroker, ConnectionClosedByBroker

from messaging import metrics, tracing
from messaging.backoff import Backoff
from messaging.batch import Outcome
from messaging.connection import CONNECTION_ERRORS, reason
from messaging.database import Notifications, connection
from messaging.outbox import leader
from messaging.outbox.in_flight import Flight, InFlight
from messaging.outbox.leader import POLL
from messaging.outbox.maintenance import Maintenance
from messaging.outbox.pending import Row, begin_session, pending
from messaging.outbox.rows import mark_sent, put_off
from messaging.outbox.signals import ready_to_publish
from messaging.outbox.suspects import Suspects
from messaging.publisher import Publisher
from messaging.shutdown import Stop
from messaging.topology import Topology

log = logging.getLogger(__name__)

BATCH = 500  # rows: at 500 unconfirmed messages a quorum queue is near its limit (docs/explanation)
WINDOW = 2 * BATCH  # rows: one batch is read and sent while the other is being confirmed
CONFIRM_TIMEOUT = 90.0  # seconds; a connection that is blocked or dead for shorter is closed before
LAST_ANSWERS = 1.0  # seconds for what is on its way, once asked to stop: a broker that is well needs far less
RENEWAL = 1.0  # seconds between two new connections that a refusal is answered with
OUTAGES = (320, 541)  # the broker shuts down, or failed at something: that is nobody's message
OF_ADDRESS = (403, 404)  # may not write there, no such exchange: all messages of the address would fare the same


class Relay:
    """Run one, or several for standby. Promises: nothing is marked that the broker has not confirmed; of one
    subject only one message is on its way at a time, so a failed one never lets a later one overtake."""

    def __init__(self, url: str, name: str, topology: Topology, stop: Stop) -> None:
        self._url = url
        self._name = name
        self._topology = topology
        self._stop = stop
        self._renewed = 0.0
        self._suspects = Suspects(BATCH)
        self._maintenance = Maintenance(BATCH)
        self._in_flight = InFlight()

    def run(self) -> None:
        """Relay until asked to stop. When database or broker is lost, what was on its way is left as it was, and both
        connections are made anew, for as long as that takes."""
        pauses = Backoff(first=0.5, most=5)
        while not self._stop.is_set():
            try:
                if leader.lead(self._stop):
                    self._maintenance.run()
                    with Publisher(self._url, self._name, self._topology, self._tell_ready) as publisher:
                        self.begin(publisher)
                        publisher.watch(connection.connection.fileno(), self._notifications.read)
                        self._isolate_what_is_bad(pauses)
            except Error as error:
                self._pause(pauses, f"waiting for the database ({str(error).strip()})")
            except CONNECTION_ERRORS as error:
                self._pause(pauses, f"lost RabbitMQ ({reason(error)})")
            finally:
                connection.close()

    def begin(self, publisher: Publisher) -> None:
        """Start with this publisher and an empty set of rows in flight."""
        begin_session()
        self._notifications = Notifications()
        self._publisher = publisher
        self._in_flight.clear()
        self._renews = False
        self.look()

    def look(self) -> None:
        """Look for rows to send at the next `run_once` that has room for some."""
        self._next_look = 0.0

    def run_once(self) -> None:
        """Send what may be sent, read the broker's answers and mark their rows. Waits while there is nothing to do."""
        if self._notifications.take():
            self.look()
        if self._has_room and time.monotonic() >= self._next_look:
            self._send()
        self._publisher.run_once(max(0.0, self._next_look - time.monotonic()) if self._has_room else POLL)
        self._settle()

    def _isolate_what_is_bad(self, pauses: Backoff) -> None:
        """Work; where the broker objects to something that is on its way, find out what that is, and put it off."""
        try:
            self._work(pauses)
        except (ChannelClosedByBroker, ConnectionClosedByBroker) as error:
            confirmed, unanswered = self._in_flight.give_up()
            mark_sent([row.id for row in confirmed])
            if error.reply_code in OUTAGES or not unanswered:
                raise
            bad = self._suspects.closed(unanswered, error.reply_text)
            if bad is None:
                return
            others = [row for row in pending(BATCH) if _address(row) == _address(bad) and row.id != bad.id]
            all_bad = [bad, *others] if error.reply_code in OF_ADDRESS else [bad]
            _say_they_stay(all_bad, error.reply_text)
            put_off([row.id for row in all_bad], error.reply_text, first_after=60)
            self._suspects.remember(all_bad)

    def _work(self, pauses: Backoff) -> None:
        while not self._stop.is_set() and (self._in_flight or not self._renews):
            self._stop.show_alive()
            self.run_once()
            self._maintenance.run()
            if self._publisher.is_open:
                pauses.reset()
        deadline = time.monotonic() + LAST_ANSWERS
        while self._in_flight and time.monotonic() < deadline:
            self._publisher.run_once(LAST_ANSWERS)
            self._settle()

    def _tell_ready(self, connection: BlockingConnection) -> None:
        ready_to_publish.send(type(self), connection=connection)

    def _pause(self, pauses: Backoff, why: str) -> None:
        pause = pauses.next()
        log.warning("%s; next try in %.1f s", why, pause)
        self._stop.show_alive()
        self._stop.wait(pause)

    @property
    def _has_room(self) -> bool:
        if self._suspects:
            return self._publisher.is_open and not self._renews and not self._in_flight
        return self._publisher.is_open and not self._renews and self._in_flight.number_of_rows <= WINDOW - BATCH

    def _send(self) -> None:
        """Send what may be sent beside what is on its way: the first of each subject."""
        busy = self._in_flight.subjects
        limit = self._suspects.together
        found = pending(limit, busy)
        rows = self._suspects.choose(_first_of_each_subject(found), is_alone=not self._in_flight)
        self._next_look = 0.0 if len(found) == limit and rows else time.monotonic() + POLL
        if rows:
            self._in_flight.append(Flight(rows, self._publisher.send([row.wire for row in rows])))
        if self._in_flight:  # what is left out here is looked at when they are settled
            self._in_flight[-1].holds_back |= bool(busy) or len(rows) < len(found)

    def _settle(self) -> None:
        answered = defaultdict(list)
        for flight in self._in_flight.take_settled():
            metrics.CONFIRM_SECONDS.observe(time.monotonic() - flight.sent)
            tracing.answered(flight.batch, time.monotonic() - flight.sent)
            for place, row in enumerate(flight.rows):
                answered[flight.batch.outcomes[place]].append(row)
            self._suspects.went_well()
            if flight.holds_back:
                self.look()
        mark_sent([row.id for row in answered[Outcome.CONFIRMED]])
        self._maintenance.sent(len(answered[Outcome.CONFIRMED]))
        for outcome in (Outcome.RETURNED, Outcome.REFUSED, Outcome.UNSENDABLE):
            if rows := answered[outcome]:
                _say_they_stay(rows, outcome.value)
                put_off([row.id for row in rows], outcome.value)
        if answered[Outcome.RETURNED]:
            self._publisher.declare()
        if answered[Outcome.REFUSED] and time.monotonic() > self._renewed + RENEWAL:
            # Where a queue was full, RabbitMQ goes on refusing this channel when its limit has been lifted since.
            self._renewed = time.monotonic()
            self._renews = True
        if self._in_flight and time.monotonic() > self._in_flight[0].sent + CONFIRM_TIMEOUT:
            raise ConnectionError(f"no confirmation for {CONFIRM_TIMEOUT:.0f} s")


def _first_of_each_subject(found: list[Row]) -> list[Row]:
    return list({row.subject: row for row in reversed(found)}.values())[::-1]


def _address(row: Row) -> tuple[str, str]:
    return row.wire.exchange, row.wire.key


def _say_they_stay(rows: list[Row], why: str) -> None:
    wire = rows[0].wire
    first = f"{wire.type} {wire.id} to {wire.exchange!r} with key {wire.key!r}"
    log.error("%d messages stay in the outbox: %s, first %s", len(rows), why, first)
