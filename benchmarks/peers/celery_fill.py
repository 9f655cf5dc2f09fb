"""So many tasks into Celery's queue; not confirmed, because that would take long."""

import sys

from benchmarks.peers.celery_app import app, copy_account, send_letter
from benchmarks.peers.effects import an_account

app.conf.broker_transport_options = {}
for number in range(int(sys.argv[1])):
    if "letters" in sys.argv:
        send_letter.delay("Ada", "ada@example.com", f"Talk {number}")
    else:
        copy_account.delay(**an_account(number))
