"""Commits decisions, so many a second, and publishes each in one of the ways; says when each was about to be committed.

`python -m benchmarks.peers.writer WAY`: with our outbox, or with `on_commit` and a peer's own call. It is told RATE
SECONDS, a line each time, and answers when it has done so.
"""

import json
import sys
import time
from collections.abc import Callable
from uuid import UUID

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from uuid_utils.compat import uuid7  # noqa: E402


def by_outbox() -> Callable[[UUID], None]:
    """Ours: a row in the same transaction."""
    from contracts.messages import PresentationApproved
    from messaging.outbox import publish

    def send(id: UUID) -> None:
        publish(
            PresentationApproved(
                message_id=id, presenter_name="Ada", presenter_email="ada@example.com", title="x" * 150,
                presentation_id=id.int % 2**31 + 1,
            )
        )  # fmt: skip

    return send


def by_celery() -> Callable[[UUID], None]:
    """After the commit, confirmed."""
    from benchmarks.peers.celery_app import stamp

    return lambda id: transaction.on_commit(lambda: stamp.delay(str(id), "x" * 150))


def by_dramatiq() -> Callable[[UUID], None]:
    """After the commit, confirmed."""
    from benchmarks.peers.dramatiq_app import stamp

    return lambda id: transaction.on_commit(lambda: stamp.send(str(id), "x" * 150))


def main() -> None:
    """As often as it is told to."""
    (way,) = sys.argv[1:]
    send = {"outbox": by_outbox, "celery": by_celery, "dramatiq": by_dramatiq}[way]()
    for _ in range(5):
        decide(send)
    print("ready")
    for line in sys.stdin:
        rate, seconds = map(float, line.split())
        print(json.dumps(at(rate, seconds, send)))


def at(rate: float, seconds: float, send: Callable[[UUID], None]) -> dict[str, int]:
    """When each was about to be committed, by its id."""
    stamps, began = {}, time.perf_counter()
    for number in range(round(rate * seconds)):
        time.sleep(max(0.0, began + number / rate - time.perf_counter()))
        id, stamp = decide(send)
        stamps[str(id)] = stamp
    time.sleep(0.1)  # the last arrives in peace, and so does what is done after it
    return stamps


def decide(send: Callable[[UUID], None]) -> tuple[UUID, int]:
    """A decision and its message; when it was about to be committed."""
    id = uuid7()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO decision (id) VALUES (%s)", [id])
        send(id)
        stamp = time.time_ns()
    return id, stamp


main()
