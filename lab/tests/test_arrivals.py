"""How late news of conferences was, as the comparison tells it."""

import time
from datetime import UTC, datetime

import pytest
import responses

from lab.compare.arrivals import Arrivals

SYNC = "http://attendees.example/api/sync/"
NOW = time.time()


@pytest.fixture
def told(settings):
    settings.ATTENDEES_URL = "http://attendees.example"

    def tell(since, *seen):
        """That polling began then, and brought these: at what time, milliseconds after the change."""
        lanes = {"poll": {"since": moment(since)}, "push": {"since": None}}
        sightings = [
            {"lane": "poll", "conference_id": 3, "revision": number, "lag_ms": lag, "seen": moment(at)}
            for number, (at, lag) in enumerate(seen, start=1)
        ]
        responses.upsert(responses.GET, SYNC, json={"lanes": lanes, "sightings": sightings})

    with responses.mock:
        yield tell


def moment(seconds):
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def test_what_the_poller_found_when_it_began_does_not_make_it_late(told):
    arrivals = Arrivals()
    told(NOW - 10, (NOW - 10, 14_399.0), (NOW - 4, 1000.0), (NOW - 2, 600.0))

    arrivals.look()

    assert arrivals.average("poll") == 800


def test_right_after_a_start_there_is_nothing_to_say(told):
    arrivals = Arrivals()
    told(NOW, (NOW, 14_399.0))

    arrivals.look()

    assert arrivals.average("poll") is None


def test_of_a_deletion_that_nobody_dated_nothing_is_told(told):
    arrivals = Arrivals()
    told(NOW - 10, (NOW - 4, None))

    arrivals.look()

    assert arrivals.latest() == []
