"""Asks every part once, whether or not it answers."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import requests

from contracts.queues import QUEUES
from contracts.topology import conference_go
from lab.why.broker import Broker, BrokerAway
from lab.why.services import Places, Told, ask
from messaging import topology

TIMEOUT = 5  # seconds


@dataclass(frozen=True)
class Service:
    """A service, or a process of it; `detail` says what it has to do, or what is wrong."""

    name: str
    is_well: bool
    detail: str


@dataclass(frozen=True)
class QueueLine:
    """A queue; `oldest_seconds` is None where nobody can tell without taking messages out."""

    name: str
    ready: int
    unacknowledged: int
    consumers: int
    oldest_seconds: float | None
    lacks_consumer: bool
    differs: bool = False  # it is not as this version asks for; it works as it is


@dataclass(frozen=True)
class Status:
    """All of it. `lags` are milliseconds by lane, over the last hour."""

    services: list[Service] = field(default_factory=list)
    queues: list[QueueLine] = field(default_factory=list)
    lags: dict[str, dict[str, Any]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def is_well(self) -> bool:
        """Whether every service is, and every queue that should be read is."""
        return all(each.is_well for each in self.services) and not any(each.lacks_consumer for each in self.queues)


def gather(places: Places | None = None) -> Status:
    """The status now. What does not answer is told as such; never raises for that."""
    places = places or Places()
    told, broker = ask(places), Broker(places.management, places.rabbitmq)
    services = [
        _web("monolith", places.monolith),
        _web("attendees", places.attendees),
        *(_relay(name, told) for name in ("monolith", "workflow")),
    ]
    versions = {"conference-go": version("conference-go")}
    try:
        versions["rabbitmq"] = broker.version()
        queues = _queues(broker)
        alarms = broker.alarms()
        short = f"takes nothing: short of {' and '.join(alarms)}" if alarms else "answers"
        services.append(Service("rabbitmq", not alarms, short))
    except BrokerAway as away:
        queues = []
        services.append(Service("rabbitmq", False, str(away)))
    return Status(services, queues, _lags(places.attendees), versions)


def _web(name: str, url: str) -> Service:
    try:
        answer = requests.get(f"{url}/api/health/", timeout=TIMEOUT)
        return Service(name, answer.ok, str(answer.json().get("status", answer.status_code)))
    except (requests.RequestException, ValueError):
        return Service(name, False, f"does not answer at {url}")


def _relay(service: str, told: Told) -> Service:
    name = f"outbox of {service}"
    if service in told.problems:
        return Service(name, False, told.problems[service])
    answer = told.of(service)
    waiting = (
        f"{answer['pending']} wait, the oldest for {answer['oldest_seconds']:.0f} s" if answer["pending"] else "empty"
    )
    return Service(name, bool(answer["relays"]), waiting if answer["relays"] else f"no relay is at work; {waiting}")


def _queues(broker: Broker) -> list[QueueLine]:
    read = {queue.name for queue in QUEUES}
    dead = {topology.dead_letter_queue(owner): owner for owner in {queue.owner for queue in QUEUES}}
    wanted = {each.name: each.arguments for each in conference_go().declarations()}
    return [
        QueueLine(
            state.name, state.ready, state.unacknowledged, state.consumers,
            _oldest(broker, dead[state.name]) if state.ready and state.name in dead else None,
            state.name in read and not state.consumers,
            wanted.get(state.name, state.arguments) != state.arguments,
        )
        for state in sorted(broker.queues().values(), key=lambda state: state.name)
    ]  # fmt: skip


def _oldest(broker: Broker, owner: str) -> float | None:
    died = [datetime.fromisoformat(each.when) for each in broker.dead_letters(owner) if each.when]
    return (datetime.now(UTC) - min(died)).total_seconds() if died else None


def _lags(url: str) -> dict[str, dict[str, Any]]:
    try:
        answer = requests.get(f"{url}/api/sync/", timeout=TIMEOUT, headers={"Accept": "application/json"})
        answer.raise_for_status()
        lanes = answer.json()["lanes"]
    except (requests.RequestException, ValueError, KeyError):
        return {}
    return {
        lane: {name: each.get(name) for name in ("count", "p50_ms", "p95_ms", "max_ms")} for lane, each in lanes.items()
    }
