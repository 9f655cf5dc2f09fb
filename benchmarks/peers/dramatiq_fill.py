"""So many tasks into Dramatiq's queue; not confirmed, because that would take long."""

import sys

from benchmarks.peers.dramatiq_app import broker, copy_account, send_letter
from benchmarks.peers.effects import an_account

broker.confirm_delivery = False
for number in range(int(sys.argv[1])):
    if "letters" in sys.argv:
        send_letter.send("Ada", "ada@example.com", f"Talk {number}")
    else:
        copy_account.send(**an_account(number))
