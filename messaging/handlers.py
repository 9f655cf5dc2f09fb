"""Which function handles messages of which type, and how a delivery is handed to it."""

from collections.abc import Callable, Sequence
from typing import Any

from messaging.delivery import Delivery
from messaging.errors import Unreadable
from messaging.message import decode

Outcomes = Sequence[Exception | None]  # how each of the first messages ended: with this error, or well


class Handlers:
    """The handlers of a consumer, one for each type of message."""

    def __init__(self) -> None:
        self._by_type: dict[str, tuple[Callable[[Any], Any], int]] = {}

    def add(self, type_: str, handler: Callable[[Any], Any], batch: int) -> None:
        """`handler` is called with a list of up to `batch` messages of this type, or, where that is 0, with one."""
        self._by_type[type_] = (handler, batch)

    def batch(self, delivery: Delivery) -> int:
        """How many like this one its handler takes at once; 0 where it takes no list, or nothing handles it."""
        _, batch = self._by_type.get(delivery.type, (None, 0))
        return batch

    def call(self, run: Sequence[Delivery]) -> Outcomes | None:
        """Decode these, which are of one type, and have them handled. Returns what the handler of a batch does (see
        Consumer.handles); None when all went well. Raises Unreadable, and whatever the handler raises."""
        messages = [decode(each.body, each.properties, each.queue.default_type) for each in run]
        try:
            handler, batch = self._by_type[messages[0].type]
        except KeyError:
            raise Unreadable(f"nothing here handles {messages[0].type}") from None
        if batch:
            outcomes: Outcomes | None = handler(messages)
            return outcomes
        handler(messages[0])
        return None
