"""The examples as on the first day: tables, queues and letters are emptied, and the monolith is seeded anew.

What moves something is stopped meanwhile, so that nothing old arrives in the new tables. The web services stay up.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import requests

from controls import letters, queues
from controls.services import MOVERS
from lab import settings
from lab.stack import Stack

# Where each is emptied: the service that runs the command, and the folder with its code.
EMPTIED = {
    "presentation_workflow_outbox": "presentation_workflow",
    "attendees_microservice": "attendees_microservice",
}
WITHIN = 60  # seconds until it is given up


class NotDone(Exception):
    """Something did not arrive in time; the message says what."""


def run(stack: Stack) -> str:
    """Reset, and return once the copies and the letters of the examples are there; what was done, in words.

    Raises NotDone, StackError or requests.RequestException.
    """
    began = time.monotonic()
    requests.get(f"{settings.MONOLITH}/api/health/", timeout=10).raise_for_status()
    stack.stop(*MOVERS)
    # At once, because the monolith's relay is stopped too: nothing that it writes leaves it yet. The relay of the
    # workers goes on, for a service of which no process runs has nowhere to run the command. Once its outbox is empty
    # it sends nothing, so the queues come after it.
    with ThreadPoolExecutor() as pool:
        emptied = [
            pool.submit(stack.run_in, service, "python", f"{folder}/manage.py", "empty_tables")
            for service, folder in EMPTIED.items()
        ]
        seeded = pool.submit(stack.run_in, "monolith", "python", "monolith/manage.py", "reset")
    for each in emptied:
        each.result()
    decided = int(seeded.result().split()[-1])
    queues.purge()
    letters.remove(stack.engine)
    stack.start(*MOVERS)
    _wait_for("the letters of the examples", lambda: letters.count(stack.engine) == decided)
    _wait_for(
        "the copies of the conferences", lambda: _conferences(settings.ATTENDEES) == _conferences(settings.MONOLITH)
    )
    _wait_for("the end of all queues", lambda: queues.waiting() == 0)
    return (
        f"As on the first day, after {time.monotonic() - began:.0f} s: the examples, their copies, and their "
        f"{decided} letters; all queues are empty. The organiser's password is as it was."
    )


def _wait_for(what: str, is_there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN
    while not is_there():
        if time.monotonic() > deadline:
            raise NotDone(f"After {WITHIN} s it still waits for {what}; see `make ps` and `make logs`.")
        time.sleep(0.2)


def _conferences(service: str) -> set[str]:
    answer = requests.get(f"{service}/api/conferences/", timeout=10)
    answer.raise_for_status()
    return {each["name"] for each in answer.json()["conferences"]}
