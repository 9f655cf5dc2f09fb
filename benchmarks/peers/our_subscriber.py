"""One of our subscribers, of a queue of its own: counts, in batches as the copies of accounts come.

`python -m benchmarks.peers.our_subscriber NAME_OF_QUEUE NUMBER`: says when it had the first and the last.
"""

import json
import os
import sys
import time

from messaging import topology
from messaging.consumer import Consumer
from messaging.messages import AccountChanged
from messaging.shutdown import Stop

stop = Stop.on_signals()
consumer = Consumer([topology.Queue(sys.argv[1], "bench", (AccountChanged,))], prefetch=400)
number, stamps = int(sys.argv[2]), [0, 0]


@consumer.handles(AccountChanged, batch=200)
def count(messages: list[AccountChanged]) -> None:
    """Note the first and the last."""
    global number
    number -= len(messages)
    stamps[1] = time.time_ns()
    stamps[0] = stamps[0] or stamps[1]
    if number <= 0:
        stop.set()


consumer.run(os.environ["RABBITMQ_URL"], "bench", stop, on_ready=lambda: print("ready"))
print(json.dumps(stamps))
