"""The database's limit: our consumer's two statements, in batches of the same size, from memory. No broker."""

import json
import os
import sys
import time

import psycopg2

from benchmarks.peers.effects import an_account

CLAIM = """
    INSERT INTO inbox_receipt (message_id, handler)
    SELECT id, 'limit' FROM unnest(%s::uuid[]) AS id ORDER BY id
    ON CONFLICT DO NOTHING RETURNING message_id
"""
COPY = """
    INSERT INTO attendees_accountvo AS copy (email, first_name, last_name, is_active, revision, updated)
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bool[], %s::bigint[], %s::timestamptz[])
    ON CONFLICT (email) DO UPDATE SET
        first_name = excluded.first_name, last_name = excluded.last_name,
        is_active = excluded.is_active, revision = excluded.revision, updated = excluded.updated
    WHERE copy.revision < excluded.revision
"""
COLUMNS = ("email", "first_name", "last_name", "is_active", "revision", "updated")


def main() -> None:
    """As many as argv says, in batches of what it says next."""
    number, batch = map(int, sys.argv[1:])
    messages = [an_account(n) for n in range(number)]
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    cursor = connection.cursor()
    print("ready")
    sys.stdin.readline()
    started = time.perf_counter()
    for at in range(0, number, batch):
        some = messages[at : at + batch]
        facts = sorted((json.loads(each["body"]) for each in some), key=lambda fact: str(fact["email"]))
        cursor.execute(CLAIM, [[each["message_id"] for each in some]])
        cursor.execute(COPY, [[fact[column] for fact in facts] for column in COLUMNS])
        connection.commit()
    print(json.dumps({"rate": number / (time.perf_counter() - started)}))


main()
