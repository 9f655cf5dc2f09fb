"""Whether all that was published is somewhere: what the services' databases say, beside what the broker has.

    confirmed by the broker  =  took effect + ready + unacknowledged + waiting for a retry + dead (+ discarded)

Counted are messages that were made since the lab began, by the services themselves, so that nothing that the lab
failed to see is missing. The parts are asked one after the other: while messages move, they speak of different
moments, and only what stays missing when nothing moves is nowhere.
"""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.queues import COURSE_QUEUES, QUEUES
from lab.why.services import Told

PARTS = ("handled", "ready", "held", "retry", "dead", "discarded")
KEPT = 6 * 24 * 3600  # seconds: a day less than sent rows stay in an outbox


@dataclass(frozen=True)
class Balance:
    """The sum of one moment."""

    published: int
    handled: int
    ready: int
    held: int
    retry: int
    dead: int
    discarded: int
    waiting: int  # in outboxes: stored, and not published yet
    silent: tuple[str, ...] = ()  # services that did not answer

    @property
    def missing(self) -> int:
        """How many of the published are at none of the places; below 0 where the broker has others as well, which were
        there before, or were published by hand."""
        return self.published - sum(getattr(self, part) for part in PARTS)


def first_id(since: float) -> UUID:
    """The least id that a message of that time (seconds since 1970) or later can have."""
    since = max(since, time.time() - KEPT)
    return UUID(int=int(since * 1000) << 80 | 0x7 << 76 | 0b10 << 62)


def add_up(told: Told, state: Mapping[str, Any], discarded: int) -> Balance:
    """The balance of what the services told and of what the feed knows of the broker."""
    readers = Counter(message.type for queue in QUEUES for message in queue.messages)
    stored = [item for answer in told.answers.values() for item in answer.get("stored", {}).items()]
    ours = {queue.name for queue in (*QUEUES, *COURSE_QUEUES)}
    queues = [queue for name, queue in state["queues"].items() if name in ours]
    return Balance(
        published=sum(readers[type_] * count["sent"] for type_, count in stored),
        handled=sum(answer.get("received", 0) for answer in told.answers.values()),
        ready=sum(each["ready"] for each in queues),
        held=sum(state["consumers"].values()),
        retry=sum(each["retry"] for each in queues),
        dead=sum(state["dead"].values()),
        discarded=discarded,
        waiting=sum(count["waiting"] for _, count in stored),
        silent=tuple(sorted(told.problems)),
    )
