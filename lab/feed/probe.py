"""Whether the broker answers: asked every half second, for a frozen one keeps its connections."""

import socket
import threading
import time

import pika
from django.conf import settings

from lab.feed.record import Record

HEADER = b"AMQP\x00\x00\x09\x01"  # a broker that is well answers with Connection.Start
PAUSE = 0.5  # seconds between two looks
PATIENCE = 0.9  # seconds for the answer


class Probe(threading.Thread):
    """Knows since when the broker has been away, if it is."""

    def __init__(self, record: Record) -> None:
        super().__init__(name="probe", daemon=True)
        self._record = record
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
            self.away_since, self.why = time.time(), trouble
            self._record.add("broker", "rabbitmq", state="away", why=trouble)
        elif not trouble and self.away_since is not None:
            self._record.add("broker", "rabbitmq", state="back", after=round(time.time() - self.away_since, 1))
            self.away_since, self.why = None, ""

    def _trouble(self) -> str:
        try:
            with socket.create_connection((self._place.host, self._place.port), PATIENCE) as connection:
                connection.settimeout(PATIENCE)
                connection.sendall(HEADER)
                return "" if connection.recv(1) else "it closes the connection"
        except TimeoutError:
            return "it takes connections and says nothing: frozen, or far too busy"
        except OSError as error:
            return f"it does not answer: {error.strerror or error}"
