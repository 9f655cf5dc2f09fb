"""One of our subscribers, of a queue of its own: counts, in batches as the copies of accounts come.

`python -m benchmarks.peers.our_subscriber NAME_OF_QUEUE NUMBER`: says when it had the first and the last.
"""

import json
import os
import sys
import time

from contracts.messages import AccountChanged
from contracts.topology import conference_go
from messaging.consumer import Consumer
from messaging.shutdown import Stop
from messaging.topology import Queue

stop = Stop.on_signals()
consumer = Consumer([Queue(sys.argv[1], "bench", (AccountChanged,))], prefetch=400, topology=conference_go())
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
