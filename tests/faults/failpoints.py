"""Every place where a crash could hurt has a name here, and a process that dies there when told to.

The code itself knows nothing of it. A failpoint names a step of the real code; in a process that is started with
`armed(name)` in its environment that step is replaced by one that ends the process with SIGKILL, just before or
just after it, the `number`-th time.
"""

import functools
import importlib
import itertools
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
VARIABLE = "FAILPOINT"


class Moment(Enum):
    """When the process dies."""

    BEFORE = "before"
    AFTER = "after"


BEFORE, AFTER = Moment


@dataclass(frozen=True)
class Failpoint:
    """Which process dies, and where; `scene` brings it there (see test_failpoints)."""

    process: str
    moment: Moment
    step: str  # module:function, as they are written where the function is defined
    # Not the first: the process has begun its work. But the first where dead letters are counted: an acknowledgement
    # given just before may be lost as well, and what it was for is parked again.
    number: int = 2
    scene: str = "busy"
    in_doubt: int = 0  # letters of which nobody can know afterwards whether they went out
    doubled: int = 0  # of these, those that had
    parked: int = 0  # dead letters that it leaves


FAILPOINTS = {
    "decided, not published": Failpoint("driver", BEFORE, "messaging.outbox:publish", 25),
    "published, not committed": Failpoint("driver", AFTER, "messaging.outbox.rows:store", 25),
    "committed, the relay not told": Failpoint("driver", BEFORE, "messaging.outbox.notification:wake_relay", 25),
    "rows read, not sent": Failpoint("relay", BEFORE, "messaging.publisher:Publisher.send"),
    "sent, not confirmed": Failpoint("relay", AFTER, "messaging.publisher:Publisher.send"),
    "confirmed, not marked": Failpoint("relay", BEFORE, "messaging.outbox.rows:mark_sent"),
    "marked": Failpoint("relay", AFTER, "messaging.outbox.rows:mark_sent"),
    "returned, not put off": Failpoint("relay", BEFORE, "messaging.outbox.rows:put_off", 1, "no queue"),
    "put off, the queue not made again": Failpoint("relay", AFTER, "messaging.outbox.rows:put_off", 1, "no queue"),
    "old rows forgotten": Failpoint("relay", AFTER, "messaging.outbox.forgetting:Forgetting.forget_sent", 1),
    "confirmation back, not marked": Failpoint("workflow_relay", BEFORE, "messaging.outbox.rows:mark_sent", 1),
    "taken, not handled": Failpoint("subscriber", BEFORE, "messaging.handlers:Handlers.call", 1),
    "receipt stored, no effect": Failpoint("subscriber", AFTER, "messaging.inbox.once:_claim", 1),
    "copied, not committed": Failpoint("subscriber", AFTER, "attendees.copies:copy_accounts", 1),
    "committed, not acknowledged": Failpoint("subscriber", BEFORE, "messaging.delivery:Delivery.acknowledge", 1),
    "acknowledged": Failpoint("subscriber", AFTER, "messaging.delivery:Delivery.acknowledge", 1),
    "page of the feed taken, cursor not kept": Failpoint(
        "subscriber", AFTER, "attendees.feeds:_take_accounts", 1, "purged"
    ),
    "letters in hand, no receipts": Failpoint("worker", BEFORE, "presentation_mailer.receipts:make"),
    "receipts of letters not begun": Failpoint("worker", AFTER, "presentation_mailer.receipts:make"),
    "letter in hand, not begun": Failpoint("worker", BEFORE, "presentation_mailer.receipts:begin"),
    "receipt written, letter not handed over": Failpoint(
        "worker", AFTER, "presentation_mailer.receipts:begin", in_doubt=1
    ),
    "letter taken, receipt not": Failpoint(
        "worker", AFTER, "presentation_mailer.smtp:deliver", in_doubt=1, doubled=1
    ),
    "letter in the middle of a batch taken, receipt not": Failpoint(
        "worker", AFTER, "presentation_mailer.smtp:deliver", 5, in_doubt=1, doubled=1
    ),
    "batch sent, the database not told": Failpoint(
        "worker", BEFORE, "presentation_mailer.receipts:write", in_doubt=1, doubled=1
    ),
    "letter noted, not committed": Failpoint(
        "worker", AFTER, "messaging.outbox.rows:store", in_doubt=1, doubled=1
    ),
    "letter done, not acknowledged": Failpoint("worker", BEFORE, "messaging.delivery:Delivery.acknowledge"),
    "letter refused, receipt not told": Failpoint(
        "worker", AFTER, "presentation_mailer.smtp:judge", scene="refused for now", in_doubt=1
    ),
    "to be retried, not sent": Failpoint(
        "worker", BEFORE, "messaging.failure_publisher:FailurePublisher._moved", scene="refused for now"
    ),
    "to be retried, sent twice": Failpoint(
        "worker", BEFORE, "messaging.delivery:Delivery.acknowledge", scene="refused for now"
    ),
    "unreadable, not parked": Failpoint(
        "worker", BEFORE, "messaging.failure_publisher:FailurePublisher._moved", 1, "unreadable", parked=3
    ),
    "parked, not acknowledged": Failpoint(
        "worker", BEFORE, "messaging.delivery:Delivery.acknowledge", 1, "unreadable", parked=4
    ),
    "replayed, still among the dead": Failpoint(
        "dead_letters", BEFORE, "pika.adapters.blocking_connection:BlockingChannel.basic_ack", scene="dead"
    ),
    "told of the letter, not acknowledged": Failpoint("notified", BEFORE, "messaging.delivery:Delivery.acknowledge"),
    "unconfirmed, not published again": Failpoint(
        "notified", BEFORE, "messaging.outbox.rows:send_again", 5, "lost by the broker"
    ),
    "unconfirmed, published again": Failpoint(
        "notified", AFTER, "messaging.outbox.rows:send_again", 5, "lost by the broker"
    ),
}  # fmt: skip


def armed(name: str) -> dict[str, str]:
    """The environment of a process that is to die there. Python reads `armed/sitecustomize.py` as it starts."""
    return {VARIABLE: name, "PYTHONPATH": f"{ROOT}:{Path(__file__).parent / 'armed'}"}


def arm(name: str) -> None:
    """Replace the step, wherever it is known by its name."""
    point = FAILPOINTS[name]
    module, _, path = point.step.partition(":")
    *classes, last = path.split(".")
    owner = functools.reduce(getattr, classes, importlib.import_module(module))
    real = getattr(owner, last)
    deadly = _deadly(name, point, real)
    for each in [owner, *sys.modules.values()]:
        if getattr(each, last, None) is real:
            setattr(each, last, deadly)


def _deadly(name: str, point: Failpoint, real: Callable[..., Any]) -> Callable[..., Any]:
    calls = itertools.count(1)

    @functools.wraps(real)
    def step(*args: Any, **options: Any) -> Any:
        is_the_one = next(calls) == point.number
        if is_the_one and point.moment is BEFORE:
            _die(name)
        done = real(*args, **options)
        if is_the_one and point.moment is AFTER:
            _die(name)
        return done

    return step


def _die(name: str) -> None:
    os.write(sys.stderr.fileno(), f"\ndies here: {name}\n".encode())
    os.kill(os.getpid(), signal.SIGKILL)
