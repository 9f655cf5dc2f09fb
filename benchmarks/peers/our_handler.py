"""Our consumer with a handler of the benchmark's own: notes when it was called, or takes its time over each message.

`python -m benchmarks.peers.our_handler NAME_OF_QUEUE MILLISECONDS`: at each line of input it says what it noted so far.
It tells the lab at LAB_URL, as ours do, if that is set.
"""

import json
import os
import sys
import threading
import time
from socket import gethostname

from contracts.lab import tell_the_lab
from contracts.messages import PresentationApproved
from contracts.topology import conference_go
from messaging.consumer import Consumer
from messaging.shutdown import Stop
from messaging.topology import Queue

stop = Stop.on_signals()
queue, effect = sys.argv[1], float(sys.argv[2]) / 1000
consumer = Consumer([Queue(queue, "bench", (PresentationApproved,))], prefetch=10, topology=conference_go())
handled: dict[str, int] = {}


@consumer.handles(PresentationApproved)
def handle(message: PresentationApproved) -> None:
    """The first line of a handler is where latency ends."""
    handled[str(message.message_id)] = time.time_ns()
    if effect:
        time.sleep(effect)


def answer() -> None:
    """Say what was noted, as often as asked."""
    for _ in sys.stdin:
        print(json.dumps(handled.copy()))


name = f"presentation_workflow {gethostname()}:{os.getpid()}"
tell_the_lab(os.environ.get("LAB_URL", ""), name)
threading.Thread(target=answer, daemon=True).start()
consumer.run(os.environ["RABBITMQ_URL"], name, stop, on_ready=lambda: print("ready"))
