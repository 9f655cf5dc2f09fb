"""The messages for which the broker has not answered yet, and what its answers say of them."""

from collections import Counter, OrderedDict
from typing import Any

import pika
from pika.channel import Channel
from pika.spec import Basic

from messaging.batch import PUBLISHED, Batch, Outcome
from messaging.message import Wire


class Unconfirmed:
    """The messages of one confirming channel, by their delivery tags: the broker counts what is published there."""

    def __init__(self) -> None:
        self._tag = 0
        self._places: OrderedDict[int, tuple[Batch, int]] = OrderedDict()
        self._returned: Counter[tuple[str | None, str, str]] = Counter()

    def add(self, batch: Batch, place: int) -> None:
        """The message at `place` of the batch was just sent."""
        self._tag += 1
        self._places[self._tag] = (batch, place)

    def lose(self) -> None:
        """The connection is lost, so nobody will ever know what became of these: count them, and settle none."""
        PUBLISHED[Outcome.UNKNOWN].inc(len(self._places))
        self._places.clear()

    def on_return(self, _channel: Channel, method: Any, properties: pika.BasicProperties, _body: bytes) -> None:
        """Called by pika with a message for which no queue is bound."""
        # A confirm follows each return: without this note an unroutable message would pass for delivered.
        self._returned[properties.message_id, method.exchange, method.routing_key] += 1

    def on_confirm(self, frame: Any) -> None:
        """Called by pika with the broker's answer for one message, or for all up to it: settle these."""
        last, multiple = frame.method.delivery_tag, frame.method.multiple
        answer = Outcome.CONFIRMED if isinstance(frame.method, Basic.Ack) else Outcome.REFUSED
        for tag in range(next(iter(self._places), last), last + 1) if multiple else (last,):
            if tag in self._places:
                batch, place = self._places.pop(tag)
                came_back = bool(self._returned) and self._came_back(batch.wires[place])
                batch.settle(place, Outcome.RETURNED if came_back and answer is Outcome.CONFIRMED else answer)

    def _came_back(self, wire: Wire) -> bool:
        sent_as = (str(wire.id), wire.exchange, wire.key)
        came_back = self._returned[sent_as] > 0
        self._returned[sent_as] -= 1
        self._returned = +self._returned
        return came_back
