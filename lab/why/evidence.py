"""All that the parts told, gathered once."""

from dataclasses import dataclass, field
from typing import Any

from contracts.queues import QUEUES
from lab.why.broker import Broker, BrokerAway, Kept, QueueState
from lab.why.services import Places, Told, ask


@dataclass(frozen=True)
class Evidence:
    """What services and broker say of the same messages."""

    told: Told
    rows: list[dict[str, Any]]  # of all outboxes, each with its `service`, oldest first
    broker_is_away: str = ""
    queues: dict[str, QueueState] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)
    retried: list[Kept] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)

    @classmethod
    def gather(cls, broker: Broker, places: Places, message_ids: list[str], subjects: list[str]) -> "Evidence":
        """The broker first: a receipt that comes meanwhile counts for more than where the message was."""
        seen = _look(broker)
        told = ask(places, message=message_ids, subject=subjects)
        rows = _rows(told)
        more = sorted({row["message_id"] for row in rows} - set(message_ids))
        named = sorted({row["subject"] for row in rows} - set(subjects))
        if more or named:
            told = ask(places, message=[*message_ids, *more], subject=[*subjects, *(named if message_ids else [])])
        wanted = set(message_ids)
        rows = [row for row in _rows(told) if row["message_id"] in wanted or row["subject"] in subjects]
        return cls(told, rows, **seen)

    @property
    def problems(self) -> list[str]:
        """The parts that did not answer, in words."""
        return [*self.told.problems.values(), *([self.broker_is_away] if self.broker_is_away else [])]

    def silent(self, *names: str) -> str:
        """Those of these services that did not answer."""
        return " and ".join(name for name in names if name in self.told.problems)

    def find_kept(self, message_id: str, queue: str) -> Kept | None:
        """The message among the dead letters or the retries of a queue."""
        return self.find_dead(message_id, queue) or self.find_retried(message_id, queue)

    def find_dead(self, message_id: str, queue: str) -> Kept | None:
        """It among the dead letters."""
        return _find(self.kept, message_id, queue)

    def find_retried(self, message_id: str, queue: str) -> Kept | None:
        """It among those that wait to be tried again."""
        return _find(self.retried, message_id, queue)


def _look(broker: Broker) -> dict[str, Any]:
    try:
        owners = sorted({queue.owner for queue in QUEUES})
        return {
            "alarms": broker.alarms(),
            "queues": broker.queues(),
            "kept": [each for owner in owners for each in broker.dead_letters(owner)],
            "retried": [each for queue in QUEUES for each in broker.retries(queue)],
        }
    except BrokerAway as away:
        return {"broker_is_away": str(away)}


def _rows(told: Told) -> list[dict[str, Any]]:
    rows = [{**row, "service": name} for name, answer in told.answers.items() for row in answer.get("outbox", [])]
    return sorted(rows, key=lambda row: row["created"])


def _find(kept: list[Kept], message_id: str, queue: str) -> Kept | None:
    return next((each for each in kept if each.message_id == message_id and each.queue == queue), None)
