"""Passive looks at RabbitMQ, through its management API.

The counts of its queues may be five seconds old. Only queues in which nobody works are looked into: what is taken out
there goes back at once, and neither dead letters nor what waits for its retry is limited in how often.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pika
import requests

from messaging import topology

TIMEOUT = 5  # seconds
MOST = 500  # messages that are looked into at once


class BrokerAway(Exception):
    """RabbitMQ does not answer."""


@dataclass(frozen=True)
class Holder:
    """A consumer with what it has not acknowledged."""

    name: str
    unacknowledged: int


@dataclass(frozen=True)
class QueueState:
    """A queue as the broker tells of it."""

    name: str
    ready: int
    unacknowledged: int
    consumers: int
    holders: list[Holder]
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """A message that waits where nobody works, with what its headers say."""

    message_id: str
    type: str
    queue: str  # that it came from
    owner: str
    why: str
    when: str  # it died, or comes back
    attempts: Any


class Broker:
    """The virtual host that an AMQP URL names, with that URL's login. Every call raises BrokerAway."""

    def __init__(self, url: str, amqp_url: str) -> None:
        wanted = pika.URLParameters(amqp_url)
        self._api = f"{url}/api"
        self._vhost = quote(wanted.virtual_host, safe="")
        self._login = (wanted.credentials.username, wanted.credentials.password)

    def version(self) -> str:
        """Of the node that answers."""
        return str(self._get("overview").get("rabbitmq_version", "?"))

    def alarms(self) -> list[str]:
        """What keeps it from taking messages: memory, disk."""
        nodes = self._get("nodes")
        return [kind for kind in ("memory", "disk") if any(node.get(_ALARM[kind]) for node in nodes)]

    def queues(self) -> dict[str, QueueState]:
        """All of them, by name."""
        names = {each["name"]: each.get("user_provided_name") or each["name"] for each in self._get("connections")}
        holders: dict[str, list[Holder]] = {}
        unacknowledged = {each["name"]: each.get("messages_unacknowledged", 0) for each in self._get("channels")}
        for consumer in self._get(f"consumers/{self._vhost}"):
            channel = consumer.get("channel_details") or {}
            name = names.get(channel.get("connection_name", ""), channel.get("connection_name", "?"))
            held = Holder(name, unacknowledged.get(channel.get("name", ""), 0))
            holders.setdefault(consumer["queue"]["name"], []).append(held)
        return {
            each["name"]: QueueState(
                each["name"],
                each.get("messages_ready", 0),
                each.get("messages_unacknowledged", 0),
                len(holders.get(each["name"], [])),
                holders.get(each["name"], []),
                each.get("arguments", {}),
            )
            for each in self._get(f"queues/{self._vhost}")
        }

    def dead_letters(self, owner: str) -> list[Kept]:
        """Those of a service."""
        return self._kept(topology.dead_letter_queue(owner), owner, "", "died_at")

    def retries(self, queue: topology.Queue) -> list[Kept]:
        """What waits to come back to it."""
        return self._kept(queue.retry, queue.owner, queue.name, "back_at")

    def _kept(self, name: str, owner: str, queue: str, when: str) -> list[Kept]:
        answer = self._ask(
            "POST", f"queues/{self._vhost}/{quote(name, safe='')}/get",
            json={"count": MOST, "ackmode": "ack_requeue_true", "encoding": "auto"},
        )  # fmt: skip
        if answer.status_code == 404:
            return []
        return [_note(each, owner, queue, when) for each in _checked(answer)]

    def _get(self, path: str) -> Any:
        return _checked(self._ask("GET", path))

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response:
        try:
            return requests.request(method, f"{self._api}/{path}", auth=self._login, timeout=TIMEOUT, **options)
        except requests.RequestException as error:
            raise BrokerAway(f"RabbitMQ's management API does not answer at {self._api}") from error


_ALARM = {"memory": "mem_alarm", "disk": "disk_free_alarm"}


def _checked(answer: requests.Response) -> Any:
    if not answer.ok:
        raise BrokerAway(f"RabbitMQ's management API answered {answer.status_code}: {answer.text[:200]}")
    return answer.json()


def _note(message: dict[str, Any], owner: str, queue: str, when: str) -> Kept:
    properties = message.get("properties") or {}
    properties = properties if isinstance(properties, dict) else {}
    headers = properties.get("headers") or {}
    return Kept(
        str(properties.get("message_id", "")),
        str(properties.get("type", "")),
        str(queue or headers.get("from_queue") or headers.get("x-first-death-queue") or ""),
        owner,
        str(headers.get("why") or "its worker ended again and again while it had this message"),
        str(headers.get(when, "")),
        headers.get("attempts", "?"),
    )
