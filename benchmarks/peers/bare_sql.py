"""The database's limit: our consumer's two statements, in batches of the same size, from memory. No broker."""

import json
import os
import sys
import time

import django
import psycopg2

from benchmarks.ground import ROOT
from benchmarks.peers.effects import an_account

sys.path.insert(0, str(ROOT / "attendees_microservice"))
django.setup()

from attendees.copies import COPY_ACCOUNTS  # noqa: E402
from messaging.inbox.once import CLAIM  # noqa: E402

COLUMNS = ("email", "first_name", "last_name", "is_active", "revision", "updated", "epoch")


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
        cursor.execute(CLAIM, ["limit", [each["message_id"] for each in some]])
        cursor.execute(COPY_ACCOUNTS, [[fact.get(column, 0) for fact in facts] for column in COLUMNS])
        connection.commit()
    print(json.dumps({"rate": number / (time.perf_counter() - started)}))


main()
