"""A process dies at each place where that could hurt, and nothing is lost or doubled for it."""

import re
import uuid
from collections.abc import Callable

import pytest

from tests.faults.checker import PENDING
from tests.faults.driver import Driver, Load
from tests.faults.failpoints import FAILPOINTS, armed
from tests.faults.patience import until
from tests.faults.stage import Stage

DECISIONS = ("workflow.presentation_approvals", "workflow.presentation_rejections")
ACCOUNTS = "attendees.account_info"
QUICK = {
    "committed, the relay not told",
    "confirmed, not marked",
    "copied, not committed",
    "committed, not acknowledged",
    "letter taken, receipt not",
    "letter done, not acknowledged",
    "parked, not acknowledged",
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.quick] if name in QUICK else []) for name in FAILPOINTS]
)
def test_a_process_that_dies_there_costs_nothing_but_time(stage, name):
    point = FAILPOINTS[name]
    if point.process == "driver":
        load, died = die_while_deciding(stage, name)
    else:
        load, died = die_at_work(stage, name)

    result = stage.settle(
        f"dies: {name}", load, f"{point.process} killed" if died else "", point.in_doubt, point.parked
    )

    assert (result.ambiguous, result.doubled) == (point.in_doubt, point.doubled)
    if point.scene in ENVIRONMENTS:
        next(each for each in stage.processes if each.kind == point.process).restart()


def die_while_deciding(stage: Stage, name: str) -> tuple[Load, bool]:
    """The load, which ends early with the process that makes it."""
    driver = Driver(stage.urls["monolith"], **armed(name))
    load = driver.start(decisions=30, changes=30, seconds=0.3, seed=stage.seed)
    with pytest.raises(RuntimeError, match="ended with -9"):
        driver.wait(load)
    return load, True


def die_at_work(stage: Stage, name: str) -> tuple[Load, bool]:
    """The load, and whether the process died; everything runs again afterwards."""
    point = FAILPOINTS[name]
    victims = [each for each in stage.processes if each.kind == point.process]
    for each in victims:
        each.kill()
    victim = victims[0] if victims else stage.process(point.process, 0)
    mark, env = victim.mark(), ENVIRONMENTS.get(point.scene, {})

    load = SCENES[point.scene](stage, lambda: victim.start(**env, **armed(name)))

    until(lambda: not victim.is_running(), 60)
    stage.mail.behave()
    for each in [victim, *stage.processes]:
        if not each.is_running():
            each.start(**(env if each is victim else {}))
    return load, victim.count(re.escape(f"dies here: {name}"), mark) == 1


def busy(stage: Stage, begin: Callable[[], None]) -> Load:
    """Decisions and account changes wait for the process."""
    load = stage.driver.wait(stage.load(decisions=30, changes=30, seconds=0.3))
    begin()
    return load


def no_queue(stage: Stage, begin: Callable[[], None]) -> Load:
    """Account changes find no queue: the subscriber is away, and somebody deleted it."""
    begin()
    stage.driver.wait(stage.load(decisions=1, changes=0, seconds=0))
    until(lambda: not stage.database.ask(f"monolith_{stage.vhost}", PENDING)[0][0])  # it has made its queues by now
    stage.subscriber.kill()
    stage.broker.call("DELETE", f"queues/{stage.vhost}/{ACCOUNTS}")
    return stage.driver.wait(stage.load(decisions=30, changes=30, seconds=0.3))


def purged(stage: Stage, begin: Callable[[], None]) -> Load:
    """News of accounts is lost by the broker; only the monolith's feed of changes still tells of it."""
    web = stage.process("web", 0)
    stage.extra.append(web)
    web.start()
    load = stage.driver.wait(stage.load(decisions=0, changes=30, seconds=0.3))
    until(lambda: stage.broker.waiting(stage.vhost).get(ACCOUNTS, 0) >= 30)
    stage.broker.call("DELETE", f"queues/{stage.vhost}/{ACCOUNTS}/contents")
    web.wait_ready()
    begin()
    return load


def lost_by_the_broker(stage: Stage, begin: Callable[[], None]) -> Load:
    """Decisions are lost by the broker before anybody was written to."""
    for worker in stage.workers:
        worker.kill()
    load = stage.driver.wait(stage.load(decisions=10, changes=0, seconds=0.1))
    until(lambda: sum(stage.broker.waiting(stage.vhost).get(queue, 0) for queue in DECISIONS) == 10)
    for queue in DECISIONS:
        stage.broker.call("DELETE", f"queues/{stage.vhost}/{queue}/contents")
    begin()
    return load


def refused_for_now(stage: Stage, begin: Callable[[], None]) -> Load:
    """The mail server takes no letter, and says that it may later."""
    stage.mail.script.instead["RCPT"] = "451 not now"
    begin()
    return stage.driver.wait(stage.load(decisions=6, changes=0, seconds=0.1))


def unreadable(stage: Stage, begin: Callable[[], None]) -> Load:
    """Three messages that nobody can read, before ten that are well."""
    poison = [(b"{", {"message_id": str(uuid.uuid4())}) for _ in range(3)]
    stage.broker.publish_all(stage.vhost, "presentations", poison, "presentation_approvals")
    begin()
    return stage.driver.wait(stage.load(decisions=10, changes=0, seconds=0.1))


def dead(stage: Stage, begin: Callable[[], None]) -> Load:
    """Letters that the mail server refused for good, and now would take."""
    stage.mail.script.instead["RCPT"] = "550 no such mailbox"
    load = stage.driver.wait(stage.load(decisions=5, changes=0, seconds=0.1))
    until(lambda: stage.broker.waiting(stage.vhost) == {"workflow.dead_letters": 5})
    stage.mail.behave()
    begin()
    return load


ENVIRONMENTS = {"lost by the broker": {"NOTIFY_TIMEOUT": "2"}}
SCENES = {
    "busy": busy,
    "no queue": no_queue,
    "purged": purged,
    "lost by the broker": lost_by_the_broker,
    "refused for now": refused_for_now,
    "unreadable": unreadable,
    "dead": dead,
}
