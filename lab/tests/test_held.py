"""How many messages a consumer holds, told sooner than the broker does."""

import time

import pytest

from lab.feed import held
from lab.feed.held import Held
from lab.feed.record import Record

WORKER = "presentation_workflow host:1"


@pytest.fixture
def record():
    return Record()


def deliver(record, *messages):
    for message in messages:
        record.add("deliver", WORKER, message, queue="approvals", redelivered=False)


def test_a_delivery_is_held_before_the_broker_counts_it(record):
    held = Held(record)
    deliver(record, "a", "b")

    assert held.by_client({WORKER: 0}) == {WORKER: 2}


def test_what_is_handled_is_held_no_more_before_the_broker_counts_that(record):
    held = Held(record)
    deliver(record, "a", "b", "c")
    record.add("done", WORKER, "b")
    record.add("publish", f"{WORKER} failures", "c", exchange="dead_letters")

    assert held.by_client({WORKER: 3}) == {WORKER: 1}


def test_what_a_killed_worker_held_goes_back(record):
    held = Held(record)
    deliver(record, "a", "b")
    record.add("connection.closed", WORKER)

    assert held.by_client({WORKER: 2}) == {WORKER: 0}


def test_a_broker_that_went_away_took_back_what_was_held(record):
    held = Held(record)
    assert held.by_client({WORKER: 2}) == {WORKER: 2}
    deliver(record, "a", "b")
    record.add("broker", "rabbitmq", state="away", why="it does not answer")

    assert held.by_client({WORKER: 4}) == {WORKER: 0}


def test_what_was_delivered_before_anybody_looked_is_known_from_the_broker(record):
    held = Held(record)
    assert held.by_client({WORKER: 5}) == {WORKER: 5}

    record.add("done", WORKER, "before")
    deliver(record, "a")

    assert held.by_client({WORKER: 5}) == {WORKER: 5}


def test_after_a_while_of_quiet_the_broker_is_right(record, monkeypatch):
    monkeypatch.setattr(held, "LATE", 0)
    follower = Held(record)
    deliver(record, "a", "b", "c")

    assert follower.by_client({WORKER: 1}) == {WORKER: 1}
    assert follower.by_client({WORKER: 4}) == {WORKER: 4}


def test_what_nobody_said_was_handled_is_not_held_for_ever_under_load(record):
    follower = Held(record)
    for number in range(20):
        record.add("deliver", WORKER, str(number), at=time.time() - 10, queue="approvals", redelivered=False)
    deliver(record, "new")

    assert follower.by_client({WORKER: 1}) == {WORKER: 2}


def test_of_who_does_not_say_what_it_handled_the_broker_tells(record):
    follower = Held(record)
    for number in range(20):
        record.add("deliver", "by hand", str(number), queue="approvals", redelivered=False)

    assert follower.by_client({"by hand": 3}) == {"by hand": 3}
