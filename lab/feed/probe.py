"""Whether the broker answers. The tap asks it something all the time; this looks whether an answer is overdue,
for a frozen broker keeps its connections, and heartbeats would take most of a minute to notice."""

import socket
import threading
import time

import pika
from django.conf import settings

from lab.feed.record import Record
from lab.feed.tap import Tap

PAUSE = 0.25  # seconds between two looks
STOPS_WITHIN = 15.0  # seconds in which a broker that was told to stop does
PATIENCE = 1.0  # seconds for an answer


class Probe(threading.Thread):
    """Knows since when the broker has been away, if it is."""

    def __init__(self, record: Record, tap: Tap) -> None:
        super().__init__(name="probe", daemon=True)
        self._record = record
        self._tap = tap
        self._place = pika.URLParameters(settings.RABBITMQ_URL)
        self.away_since: float | None = None
        self.why = ""
        self._stops_until = 0.0

    def expect_to_stop(self) -> None:
        """Somebody told it to: it takes a second or two until it closes its connections."""
        self._stops_until = time.monotonic() + STOPS_WITHIN

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to stop, and has not yet."""
        return self.away_since is None and time.monotonic() < self._stops_until

    def run(self) -> None:
        """Look again and again."""
        while True:
            self.look()
            time.sleep(PAUSE)

    def look(self) -> None:
        """See whether it answers now, and note when that changed."""
        trouble = self._trouble()
        if trouble and self.away_since is None:
            self.away_since, self._stops_until = time.time(), 0.0
            self._record.add("broker", "rabbitmq", state="away", why=trouble)
        elif not trouble and self.away_since is not None:
            self._record.add("broker", "rabbitmq", state="back", after=round(time.time() - self.away_since, 1))
            self.away_since = None
        self.why = trouble

    def _trouble(self) -> str:
        asked_at = self._tap.asked_at
        if self._tap.is_connected:
            is_overdue = asked_at is not None and time.monotonic() > asked_at + PATIENCE
            return "it keeps its connections and does not answer: frozen, or far too busy" if is_overdue else ""
        try:
            socket.create_connection((self._place.host, self._place.port), PATIENCE).close()
        except OSError as error:
            return f"it does not answer ({error.strerror or error})"
        return "it is starting"
