"""What the tour does over HTTP, as any client would."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from lab import settings


class NotSeen(Exception):
    """Something that should have happened did not."""


class Api:
    """One service's REST API. Every answer that is not a success raises NotSeen with what the service said."""

    def __init__(self, url: str, token: str = "") -> None:
        self._url = url
        self._session = requests.Session()
        if token:
            self._session.headers["Authorization"] = f"Token {token}"

    def get(self, path: str) -> Any:
        return self._call("GET", path)

    def post(self, path: str, **body: Any) -> Any:
        return self._call("POST", path, body)

    def put(self, path: str, **body: Any) -> Any:
        return self._call("PUT", path, body)

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        try:
            answer = self._session.request(method, self._url + path, json=body, timeout=30)
        except requests.RequestException as error:
            raise NotSeen(f"{method} {path} got no answer: {error}") from error
        if not answer.ok:
            raise NotSeen(f"{method} {path} answered {answer.status_code}: {answer.text[:500]}")
        return answer.json()


class Broker:
    """RabbitMQ's management API. Raises NotSeen with what it said."""

    login = ("guest", "guest")

    def consumers(self, queue: str) -> int:
        """How many consumers a queue has right now."""
        return len(self.call("GET", f"/api/queues/%2F/{queue}").get("consumer_details", []))

    def call(self, method: str, path: str, **body: Any) -> Any:
        """The JSON answer to one request, None for an empty one."""
        answer = requests.request(method, settings.BROKER_PAGE + path, json=body or None, auth=self.login, timeout=30)
        if not answer.ok:
            raise NotSeen(f"RabbitMQ's management API answered {answer.status_code} to {method} {path}: {answer.text}")
        return answer.json() if answer.text else None


@dataclass
class Witness:
    """One more subscriber of an exchange: a queue of its own, bound by `key`, read through the management API."""

    exchange: str
    key: str = ""
    queue: str = field(default_factory=lambda: f"lab.witness.{secrets.token_hex(4)}")
    broker: Broker = field(default_factory=Broker)

    def __enter__(self) -> "Witness":
        self.broker.call("PUT", f"/api/queues/%2F/{self.queue}", durable=True, arguments={"x-expires": 600_000})
        self.broker.call("POST", f"/api/bindings/%2F/e/{self.exchange}/q/{self.queue}", routing_key=self.key)
        return self

    def __exit__(self, *_: object) -> None:
        self.broker.call("DELETE", f"/api/queues/%2F/{self.queue}")

    def bodies(self) -> list[str]:
        """The bodies that arrived since the last call, in order."""
        taken = self.broker.call(
            "POST", f"/api/queues/%2F/{self.queue}/get", count=1000, ackmode="ack_requeue_false", encoding="auto"
        )
        return [message["payload"] for message in taken]


def wait_until(seen: Callable[[], Any], what: str, seconds: float = 60) -> float:
    """Seconds until `seen()` is true, looking 50 times a second. Raises NotSeen, naming `what`."""
    started = time.perf_counter()
    while not seen():
        if time.perf_counter() - started > seconds:
            raise NotSeen(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.02)
    return time.perf_counter() - started
