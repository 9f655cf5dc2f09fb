"""Outbox rows for the peers: read and marked in the same batches as ours, by SQL that costs hardly anything."""

import json
import os
import sys
import time
from collections.abc import Callable

import psycopg2

BATCH = 500


def relay(publish: Callable[[list[str]], None]) -> None:
    """Have all rows published, batch by batch, and mark each batch; say how many a second.

    `publish` returns once the broker has them, if it can know.
    """
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("SELECT 1")
    print("ready")
    sys.stdin.readline()
    started, relayed = time.perf_counter(), 0
    while batch := _pending(cursor):
        publish([body for _, body in batch])
        cursor.execute("UPDATE outbox_outboxmessage SET sent_at = now() WHERE id = ANY(%s)", [[i for i, _ in batch]])
        relayed += len(batch)
    print(json.dumps({"rate": relayed / (time.perf_counter() - started), "relayed": relayed}))


def _pending(cursor: "psycopg2.extensions.cursor") -> list[tuple[int, str]]:
    cursor.execute(
        "SELECT id, convert_from(body, 'UTF8') FROM outbox_outboxmessage WHERE sent_at IS NULL ORDER BY id LIMIT %s",
        [BATCH],
    )
    return cursor.fetchall()
