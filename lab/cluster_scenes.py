"""The scenes that need a cluster: a part of it is killed while decisions are made, and nobody waits for it."""

import threading
import time
from collections.abc import Iterator
from statistics import quantiles

import requests

from lab import databases
from lab.clients import Broker, NotSeen, wait_until
from lab.touring import Line, Presentation, Tour, decide, each_once, in_words, offer, wait_for_letters

APPROVALS = "/api/queues/%2F/workflow.presentation_approvals"
PAUSE = 0.02  # seconds between two approvals


def a_broker_node_is_killed(tour: Tour) -> Iterator[Line]:
    """A lost node: the broker that leads the queue is killed while 200 presentations are approved"""
    calm = _approve_all(tour, offer(tour, 200, "before"))
    presentations = offer(tour, 200, "during")
    leader = _leader(tour)
    tour.say(f"approving 200 presentations, and killing {leader} after the fiftieth")
    killing = threading.Thread(target=tour.stack.kill, args=[leader])
    try:
        storm = _approve_all(tour, presentations[:50])
        killing.start()
        storm += _approve_all(tour, presentations[50:])
        killing.join()
        arrived = wait_for_letters(tour, presentations)
        each_once(tour, presentations)
        if _all_run():
            raise NotSeen(f"{leader} was to be away, and is there")
    finally:
        tour.stack.start(leader)
    wait_until(_all_run, f"{leader} to be there again", 120)
    yield (
        "cluster",
        f"200 approvals; {leader}, which led their queue, was killed after 50",
        "all answered 200; 200 letters without it, each once",
        f"answers {_spread(storm)} (before {_spread(calm)}); last letter {in_words(arrived)} after the last answer",
    )


def the_standby_is_promoted(tour: Tour) -> Iterator[Line]:
    """A lost database: the primary is killed, and the standby, which has every decision, is promoted"""
    presentations = offer(tour, 100, "promoted")
    _approve_all(tour, presentations[:50])
    (primary,) = databases.primaries(tour.stack)
    tour.say(f"killing {primary}, then: make promote")
    began = time.monotonic()
    tour.stack.kill(primary)
    said: list[str] = []
    promoting = threading.Thread(target=lambda: said.append(tour.stack.promote()))
    promoting.start()
    _decide_again(tour, presentations[50])
    away = time.monotonic() - began
    _approve_all(tour, presentations[51:])
    promoting.join()
    if not said:
        raise NotSeen("the promotion failed; `make promote` says why")
    arrived = wait_for_letters(tour, presentations)
    each_once(tour, presentations)
    yield (
        "cluster",
        f"100 approvals; {primary}, the primary, was killed after 50, and the other one promoted",
        "none of the 50 was lost; 100 letters, each once",
        f"no decision for {in_words(away)}; last letter {in_words(arrived)} after the last answer",
    )


ALL = (a_broker_node_is_killed, the_standby_is_promoted)


def _decide_again(tour: Tour, presentation: Presentation) -> None:
    """Approve it, as often as it takes: to repeat that is harmless. Raises NotSeen after two minutes."""

    def answered() -> bool:
        try:
            decide(tour, presentation, "approval")
        except NotSeen:
            return False
        return True

    wait_until(answered, "an approval without the primary database", 120)


def _approve_all(tour: Tour, presentations: list[Presentation]) -> list[float]:
    answers = []
    for presentation in presentations:
        answers.append(decide(tour, presentation, "approval"))
        time.sleep(PAUSE)
    return answers


def _leader(tour: Tour) -> str:
    """The service whose node leads the queue of approvals."""
    node = str(Broker().call("GET", APPROVALS)["leader"])  # rabbit@rabbitmq-2
    return tour.stack.brokers[int(node[-1]) - 1]


def _all_run() -> bool:
    try:
        return all(node["running"] for node in Broker().call("GET", "/api/nodes"))
    except (NotSeen, requests.RequestException):  # the node with the page is the one that is away
        return False


def _spread(answers: list[float]) -> str:
    hundredths = quantiles(answers, n=100)
    return f"p50 {in_words(hundredths[49])}, p99 {in_words(hundredths[98])}"
