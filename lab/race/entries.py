"""Who runs in the race."""

from dataclasses import dataclass

from lab.race.polls import WAYS

POLLS = tuple(WAYS)


@dataclass(frozen=True)
class Entry:
    """A source (in the reports: a lane): a way of hearing of changes, and how many consumers hear of them that way.

    A way in POLLS asks every `interval` seconds, as the poller does in its mode of that name. `fanout` is a
    subscriber with a queue that lives as long as its connection; `durable` reads the attendees service's own
    queue, and there is one of it.
    """

    way: str
    interval: float = 0.0
    consumers: int = 1

    @property
    def is_poll(self) -> bool:
        """Whether it asks, rather than being told."""
        return self.way in POLLS

    @property
    def name(self) -> str:
        """As in tables and plots."""
        every = f" {self.interval:g} s" if self.is_poll else ""
        return f"{self.way}{every} x{self.consumers}"
