"""The poller's own ways of asking, with copies in memory as their target."""

from collections.abc import Callable

import requests

from lab.race.records import Copies
from poller.cycle import Poll
from poller.delta import DeltaPoll
from poller.etag import EtagPoll
from poller.full import FullPoll
from poller.source import Source

WAYS: dict[str, Callable[[Source, Copies], Poll]] = {"full": FullPoll, "etag": EtagPoll, "delta": DeltaPoll}


def poll_of(way: str, monolith_url: str, session: requests.Session, copies: Copies) -> Poll:
    """A poll that asks over `session`."""
    return WAYS[way](Source(monolith_url, session), copies)
