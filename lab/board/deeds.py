"""What the buttons do: each returns what it did, in words, and how to undo it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import NamedTuple

from lab.board import control
from lab.board.monolith import ACCOUNT, Monolith, NotDone
from lab.board.undoing import Undo, offer
from lab.feed.watching import FEED

AT_ONCE = 4  # requests at the same time


class Done(NamedTuple):
    """What was done."""

    words: str
    undo: Undo | None = None


def approve(monolith: Monolith) -> Done:
    path = monolith.offer_and_approve(monolith.conference())
    return Done(
        "A talk was offered and approved: follow the ● to its letter.",
        offer("remove the talk (a letter that was sent stays sent)", lambda: monolith.delete(path), heals=False),
    )


def approve_100(monolith: Monolith) -> Done:
    conference = monolith.conference()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        paths = list(pool.map(lambda _: Monolith.offer_and_approve(monolith, conference), range(100)))

    def remove() -> None:
        for path in paths:
            with suppress(NotDone):
                monolith.delete(path)

    return Done("100 talks were approved, 100 letters are due.", offer("remove the 100 talks", remove, heals=False))


def change_account(_monolith: Monolith) -> Done:
    name = ACCOUNT.change()
    return Done(f"An account is called {name} Board now: every subscriber hears of it.",
                offer("close that account", ACCOUNT.close, heals=False))  # fmt: skip


def change_conference(monolith: Monolith) -> Done:
    pk = monolith.conference()
    before = monolith.call("GET", f"conferences/{pk}/")["conference"]["max_attendees"]
    seats = monolith.change_conference(pk)["max_attendees"]

    def back() -> None:
        monolith.call("PUT", f"conferences/{pk}/", max_attendees=before)

    return Done(f"Conference {pk} has {seats} seats now, before {before}.", offer("change it back", back, heals=False))


def delete_conference(monolith: Monolith) -> Done:
    pk = monolith.plan_conference()
    monolith.delete(f"conferences/{pk}/")
    return Done(f"Conference {pk} was planned and deleted: two messages, in this order.",
                offer("plan it again, under a new number", monolith.plan_conference, heals=False))  # fmt: skip


def stop_broker(_monolith: Monolith) -> Done:
    control.stop_broker()
    FEED.probe.expect_to_stop()
    return Done("RabbitMQ stops. Approve something: it waits in the outbox, and nothing is lost.",
                offer("start RabbitMQ", control.start_broker, heals=True))  # fmt: skip


def start_broker(_monolith: Monolith) -> Done:
    control.start_broker()
    return Done("RabbitMQ starts; that takes some seconds.")


def freeze_worker(_monolith: Monolith) -> Done:
    name = control.freeze_worker()
    return Done(f"{name} is frozen: it keeps what it holds, and its queue fills.",
                offer(f"let {name} go on", lambda: control.go_on(name), heals=True))  # fmt: skip


def kill_worker(_monolith: Monolith) -> Done:
    name = control.kill_worker()
    return Done(f"{name} was killed: what it held goes back to the queue, and another takes it. "
                "A new one starts by itself.",
                offer(f"start {name}, if nobody has", lambda: control.start_worker(name), heals=True))  # fmt: skip


def slow_worker(_monolith: Monolith) -> Done:
    drag = control.slow_worker()
    return Done(f"{drag.worker} is slow: it runs for a moment of each second. Others take over what it does not take.",
                offer(f"let {drag.worker} run at its own speed", drag.let_go, heals=True))  # fmt: skip


def one_more(_monolith: Monolith) -> Done:
    name = control.one_more()
    return Done(f"{name} starts, and shares the queue.", offer(f"end {name}", lambda: control.end(name), heals=False))


DEEDS: dict[str, Callable[[Monolith], Done]] = {
    "approve": approve, "approve-100": approve_100, "change-account": change_account,
    "change-conference": change_conference, "delete-conference": delete_conference,
    "stop-broker": stop_broker, "start-broker": start_broker,
    "freeze-worker": freeze_worker, "slow-worker": slow_worker, "kill-worker": kill_worker, "one-more-worker": one_more,
}  # fmt: skip
