"""The dead letters of a service, for a person to look at, replay or discard.

They wait in a queue of RabbitMQ. Whoever looks holds them for as long as the channel is open; then all that
were neither replayed nor discarded are back, in their order.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from pika import BasicProperties
from pika.adapters.blocking_connection import BlockingChannel

from messaging.failure_publisher import without_notes
from messaging.taking import depth, take
from messaging.topology import dead_letter_queue

REPLAYED_DAYS = 365  # after its publishing; receipts of what took effect are kept for longer
BY_THE_BROKER = {
    "delivery_limit": "its worker ended again and again while it had this message",
    "expired": "it waited for longer than it or its queue allows",
    "rejected": "it was rejected by who read it",
    "maxlen": "its queue was full",
}


@dataclass(frozen=True)
class DeadLetter:
    """A message that could not be handled, and what is known about that."""

    tag: int
    properties: BasicProperties
    body: bytes

    @property
    def id(self) -> str:
        """The message id, the same as before and after; some programs send none."""
        return self.properties.message_id or f"(no id) {self.tag}"

    @property
    def type(self) -> str:
        """What kind of message it is."""
        return self.properties.type or "(no type)"

    def note(self, name: str) -> Any:
        """One of the consumer's notes: why, died_at, from_queue, attempts; or what the broker noted instead."""
        headers = self.properties.headers or {}
        if "died_at" in headers:
            return headers.get(name, "")
        # Moved here by the broker. What an earlier try noted is not the reason for that.
        by_the_broker = {"why": self._why(), "from_queue": self._last_death("queue"), "attempts": "?"}
        return by_the_broker.get(name, "")

    @property
    def is_too_old(self) -> bool:
        """Whether receipts may be gone that would tell if it took effect. Some programs do not say how old it is."""
        published = self.properties.timestamp
        return published is not None and published < time.time() - REPLAYED_DAYS * 24 * 60 * 60

    @property
    def is_decodable(self) -> bool:
        """Whether all of its properties could be read."""
        return not getattr(self.properties, "undecodable", "")

    def _why(self) -> str:
        """What the broker noted: without a reason of ours, it was the broker that moved the message here."""
        if not self.is_decodable:
            return f"undecodable: {self.properties.undecodable}"  # type: ignore[attr-defined]
        reason = self._last_death("reason") or ""
        return BY_THE_BROKER.get(reason, f"nobody noted why ({reason or 'it was put here by hand'})")

    def _last_death(self, name: str) -> Any:
        """`reason` or `queue` of the last of the queues that the broker took it out of: the first may be that in which
        it waited for another try."""
        headers = self.properties.headers or {}
        deaths = headers.get("x-death")
        if isinstance(deaths, list) and deaths and isinstance(deaths[0], dict):
            return str(deaths[0].get(name))
        return headers.get(f"x-last-death-{name}", headers.get(f"x-first-death-{name}"))


class DeadLetters:
    """The dead letters of the service `owner`, taken in hand through `channel`, which it puts in confirm mode."""

    def __init__(self, channel: BlockingChannel, owner: str) -> None:
        channel.confirm_delivery()
        self._channel = channel
        self._queue = dead_letter_queue(owner)
        self.number = depth(channel, self._queue)  # that were there at first

    def __iter__(self) -> Iterator[DeadLetter]:
        """Those from the oldest on, taken as they are asked for, and held from then on. Only once: what is held does
        not come again."""
        taken = chain.from_iterable(take(self._channel, self._queue))
        return (DeadLetter(*each) for each in islice(taken, self.number))

    def find(self, parts: Sequence[str]) -> dict[str, list[DeadLetter]]:
        """For each of these those whose id starts or ends like it: the same message may have died more than once. Of
        ids that are given whole the oldest, and no more are taken once there is one for each."""
        found: dict[str, list[DeadLetter]] = {each: [] for each in parts}
        sought = set(parts)
        for letter in self:
            for each in [each for each in sought if letter.id.startswith(each) or letter.id.endswith(each)]:
                found[each].append(letter)
                if letter.id == each:
                    sought.discard(each)
            if not sought:
                break
        return found

    def replay(self, letter: DeadLetter) -> None:
        """Put it back into the queue that it came from, as new: same id, so never a second effect.

        Confirmed there before it is removed here. Raises UnroutableError when that queue is gone.
        """
        properties = without_notes(letter.properties)
        self._channel.basic_publish("", letter.note("from_queue"), letter.body, properties, mandatory=True)
        self._channel.basic_ack(letter.tag)

    def discard(self, letter: DeadLetter) -> None:
        """Remove it for good."""
        self._channel.basic_ack(letter.tag)

    def put_back(self, letter: DeadLetter) -> None:
        """Have one that was discarded here again, as it was; confirmed."""
        self._channel.basic_publish("", self._queue, letter.body, letter.properties, mandatory=True)
