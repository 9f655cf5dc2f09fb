"""Says who follows single messages from process to process; nobody does, unless a process says who."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Protocol

from messaging.delivery import Delivery
from messaging.message import Wire

if TYPE_CHECKING:
    from messaging.batch import Batch

HEADER = "traceparent"  # of a message whose way is followed (W3C Trace Context)
_NOTHING = nullcontext()


class Tracer(Protocol):
    """Somebody who follows messages. No method may wait; one that raises is a mistake in it."""

    def storing(self, wires: Sequence[Wire]) -> None:
        """These are being stored: those whose way is followed get HEADER."""

    def published(self, wire: Wire, seconds: float, outcome: str) -> None:
        """The broker answered for this one just now, `seconds` after it was sent. It has HEADER."""

    def handling(self, run: Sequence[Delivery]) -> AbstractContextManager[None]:
        """Around the handling of these. What is published in it about their subjects belongs to them."""

    def step(self, name: str, message: str) -> AbstractContextManager[None]:
        """Around something that is done for one message of those that are being handled, by its id."""


tracer: Tracer | None = None


def trace_with(chosen: Tracer) -> None:
    """From now on `chosen` follows the messages of this process."""
    global tracer
    tracer = chosen


def answered(batch: "Batch", seconds: float) -> None:
    """The broker answered for all of the batch just now, so long after it was sent."""
    if tracer:
        for place, wire in enumerate(batch.wires):
            if HEADER in wire.headers:
                tracer.published(wire, seconds, batch.outcomes[place].name.lower())


def handling(run: Sequence[Delivery]) -> AbstractContextManager[None]:
    """See Tracer.handling."""
    return tracer.handling(run) if tracer else _NOTHING


def step(name: str, message: str) -> AbstractContextManager[None]:
    """See Tracer.step."""
    return tracer.step(name, message) if tracer else _NOTHING
