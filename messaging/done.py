"""What is said of messages that were handled: in the log, in what is counted, and to the lab."""

import logging
from collections.abc import Sequence

from messaging import metrics, observing
from messaging.delivery import Delivery

log = logging.getLogger(__name__)


def tell_done(run: Sequence[Delivery], seconds: float) -> None:
    """These were handled together, in so many seconds."""
    last = run[-1]
    metrics.HANDLED.labels(last.queue.name, "done").inc(len(run))
    metrics.HANDLING_SECONDS.labels(last.type).observe(seconds)
    others = f" and {len(run) - 1} before it" if len(run) > 1 else ""
    log.info("%s%s done in %.1f ms", last, others, 1000 * seconds)
    if observing.observer.is_watched():
        for each in run:
            message = each.properties.message_id or ""
            ms = round(1000 * seconds, 2)
            observing.observer.tell("done", message=message, type=each.type, queue=each.queue.name, ms=ms)
