"""The poller asks a monolith that is out of order: it removes nothing, and is right again afterwards."""

from collections.abc import Iterator

import pytest

from native.rabbitmq import free_port
from tests.faults.patience import until
from tests.faults.source import Source


@pytest.fixture
def polled(stage, request) -> Iterator[Source]:
    """What the poller asks; conferences come by it alone, for the subscriber is away."""
    web, attendees, poller = (stage.process(kind, 0) for kind in ("web", "attendees_web", "poller"))
    stage.extra += [web, attendees, poller]
    port = str(free_port())
    web.start()
    attendees.start(WEB_PORT=port)
    for each in (web, attendees):
        each.wait_ready()
    stage.subscriber.terminate()
    source = Source(stage.web_url)
    poller.start(
        MONOLITH_URL=source.url, ATTENDEES_URL=f"http://127.0.0.1:{port}", POLL_MODE=request.param, POLL_INTERVAL="0.3"
    )
    poller.wait_ready()
    yield source
    source.stop()


@pytest.mark.parametrize(
    ("polled", "mood"),
    [("delta", "500"), ("delta", "slow"), ("delta", "empty"), ("delta", "stale"), ("full", "empty"), ("full", "stale")],
    indirect=["polled"],
)
def test_a_source_that_is_out_of_order_costs_time_only(stage, polled, mood, request):
    poller = stage.extra[-1]
    known = stage.load(decisions=0, changes=20, seconds=0.5)
    stage.driver.wait(known)
    assert until(lambda: not conferences_differ(stage))
    polled.mood = mood
    load = stage.load(decisions=0, changes=40, seconds=2)
    stage.driver.wait(load)
    until(lambda: polled.bad_answers >= 2)
    bad, removed = polled.bad_answers, poller.count(r"removed=[1-9]")
    polled.mood = "well"

    assert until(lambda: not conferences_differ(stage), 30)
    stage.subscriber.restart()
    proof = f"{bad} bad answers, nothing removed" if bad and not removed else ""
    mode = request.node.callspec.params["polled"]
    stage.settle(f"poller's source {mood}, mode {mode}", load, proof)


def conferences_differ(stage) -> set[str]:
    return {name for name in stage.checker.look([], []).copies_differ if name.startswith("conference ")}
