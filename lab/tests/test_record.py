"""What the lab remembers, and what it makes of it."""

import time
import tracemalloc

import pytest

from lab.board import hops
from lab.feed.held import Held
from lab.feed.record import Record
from lab.feed.traces import SHOWN, noted_trace
from lab.feed.waiting import Waiting


def a_publish(record, message="m", **facts):
    told = {"type": "presentation.approved", "exchange": "presentations", "routed": ["approvals"], "connection": ""}
    return record.add("publish", "monolith outbox 1", message, **(told | facts))


def test_what_was_forgotten_is_noticed_by_its_number():
    record = Record(kept=3)
    for _ in range(5):
        record.add("done", "somebody")

    assert [event.n for event in record.since(0)] == [3, 4, 5]


def test_a_publish_goes_to_the_exchange_and_on_to_each_queue():
    moves = hops.of([a_publish(Record(), routed=["approvals", "copies"])])

    assert [(hop["a"], hop["b"]) for hop in moves] == [
        ("producer:monolith", "exchange:presentations"),
        ("exchange:presentations", "queue:approvals"),
        ("exchange:presentations", "queue:copies"),
    ]


def test_a_retry_goes_back_to_its_queue_and_a_dead_letter_to_its_box():
    record = Record()
    retried = a_publish(record, exchange="", routed=["approvals.retry"])
    dead = a_publish(record, exchange="dead_letters", routed=["workflow.dead_letters"])

    assert [hop["b"] for hop in hops.of([retried, dead])] == ["queue:approvals", "dead"]


def test_many_on_one_line_are_one_dot_with_their_number():
    record = Record()

    moves = hops.of([a_publish(record, message=str(n)) for n in range(40)])

    assert [hop["n"] for hop in moves] == [40, 40]


def test_a_poll_that_found_nothing_looks_empty():
    record = Record()
    nothing = record.add("poll", "poller", changed=0, removed=0, status=200)
    news = record.add("poll", "poller", changed=1, removed=0, status=200)

    assert [hop["k"] for hop in hops.of([nothing])] == ["ask", "empty"]
    assert [hop["k"] for hop in hops.of([news])] == ["ask", "found", "found"]


def test_the_oldest_of_a_queue_is_the_first_that_has_not_left():
    waiting = Waiting()
    waiting.arrived("q", "first", at=100.0)
    waiting.arrived("q", "second", at=200.0)

    waiting.left("q", "first")

    assert waiting.oldest("q", ready=1) == pytest.approx(time.time() - 200.0, abs=60)
    assert waiting.oldest("q", ready=0) is None


@pytest.mark.parametrize("body", [b"{}", b"x" * 3 * SHOWN])
def test_what_is_remembered_is_bounded_however_long_it_runs(body):
    record, waiting = Record(kept=300), Waiting()
    held = Held(record)

    def handle(number: int) -> None:
        message, connection, worker = f"m-{number}", f"127.0.0.1:{number}", f"presentation_workflow host:{number % 3}"
        said = {"message_id": message, "headers": {"subject": f"presentation/{number}", "padding": "x" * len(body)}}
        published = {"properties": said, "exchange_name": "presentations", "routed_queues": ["q"]}
        noted_trace(record, waiting, {}, "publish.presentations", published | {"connection": connection}, body)
        noted_trace(record, waiting, {connection: worker}, "deliver.q", {"properties": said, "connection": connection},
                    body)  # fmt: skip
        record.add("done", worker, message, ms=1.0)
        held.by_client({worker: 0})

    def size_after(messages: range) -> int:
        for number in messages:
            handle(number)
        ours = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, "*/lab/feed/*")])
        return sum(each.size for each in ours.statistics("filename"))

    tracemalloc.start()
    try:
        full = size_after(range(200))

        assert size_after(range(200, 2000)) < 1.1 * full
    finally:
        tracemalloc.stop()
