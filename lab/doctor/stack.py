"""The running application: every part, and every queue by a message that somebody answers."""

import re
from collections.abc import Iterator

from lab.doctor.check import Check
from lab.stack import Stack, StackError
from lab.status.gathering import gather

ANSWER = re.compile(r"^(\S+) +(\d+) ms +(.*)$", re.MULTILINE)
THROUGH = "canary through "
CANARY = ("python", "monolith/manage.py", "canary")


def look(stack: Stack) -> Iterator[Check]:
    """Ask every part, then send a canary down every queue: it is answered, and nothing is left of it."""
    status = gather()
    for service in status.services:
        yield Check(service.name, service.is_well, service.detail, "make ps says what runs; make logs, why not")
    canaries = list(_canary(stack))
    answered = {check.name for check in canaries}
    for queue in status.queues:
        # the broker's figures are some seconds old: who has just started answers before they know of it
        if queue.lacks_consumer and THROUGH + queue.name not in answered:
            yield Check(queue.name, False, f"nobody reads it, {queue.ready} wait", "make ps; then make start SERVICE=…")
    yield from canaries


def _canary(stack: Stack) -> Iterator[Check]:
    """Outbox, relay, broker, queue and consumer, for each queue."""
    try:
        said = stack.run_in("monolith", *CANARY)
    except StackError as error:
        said = str(error)
        silent = re.search(r"nobody answered within [\d.]+ s from: (.*)", said)
        unknown = said.strip().splitlines()[-1] if said.strip() else "the monolith does not run"
        why = f"nobody answers from {silent[1]}" if silent else unknown
        yield Check("canary", False, why, "cogo status says which part is away")
    for queue, milliseconds, who in ANSWER.findall(said):
        yield Check(THROUGH + queue, True, f"{milliseconds} ms, answered by {who}")
