"""RabbitMQ's management API, as far as the lab needs it."""

from typing import Any
from urllib.parse import quote

import pika
import requests
from django.conf import settings

TIMEOUT = 2  # seconds


class Management:
    """One session with the API; used by one thread. Raises requests.RequestException."""

    def __init__(self) -> None:
        wanted = pika.URLParameters(settings.RABBITMQ_URL)
        self.vhost = quote(wanted.virtual_host, safe="")
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = (wanted.credentials.username, wanted.credentials.password)

    def get(self, path: str, columns: str) -> list[dict[str, Any]]:
        """A list, e.g. of `queues`, with these columns only."""
        url = f"{settings.RABBITMQ_MANAGEMENT_URL}/api/{path}"
        answer = self._session.get(url, params={"columns": columns}, timeout=TIMEOUT)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    def in_vhost(self, what: str, columns: str) -> list[dict[str, Any]]:
        """The same, of our virtual host."""
        return self.get(f"{what}/{self.vhost}", columns)

    def trace(self, on: bool) -> None:
        """Have the broker copy every message to the trace exchange, or not any more."""
        url = f"{settings.RABBITMQ_MANAGEMENT_URL}/api/vhosts/{self.vhost}"
        self._session.put(url, json={"tracing": on}, timeout=TIMEOUT).raise_for_status()
