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

    def run(self) -> None:
        """Look again and again."""
        while True:
            self.look()
            time.sleep(PAUSE)

    def look(self) -> None:
        """See whether it answers now, and note when that changed."""
        trouble = self._trouble()
        if trouble and self.away_since is None:
            self.away_since = time.time()
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
