"""`python -m poller`: poll until asked to stop."""

import argparse
import logging
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import requests
from environs import EnvError

import telemetry
from poller.answers import InvalidResponse
from poller.copies import Copies
from poller.cycle import Poll
from poller.delta import DeltaPoll
from poller.etag import EtagPoll
from poller.full import FullPoll
from poller.settings import from_environment
from poller.source import Source
from poller.wishes import Wishes

log = logging.getLogger("poller")

LONGEST_PAUSE = 60.0  # seconds
POLLS: dict[str, Callable[[Source, Copies], Poll]] = {"full": FullPoll, "etag": EtagPoll, "delta": DeltaPoll}


def main() -> None:
    """Ends with 0 when asked to stop, with 2 when a setting is wrong."""
    argparse.ArgumentParser(
        prog="python -m poller",
        description="Ask the monolith for its conferences again and again, and hand on what changed, until stopped.",
        epilog="What it is told comes from the environment: .env.sample lists the variables, under 'The poller'.",
    ).parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):
        # At any point, also amid a request: what a cycle left undone, the next process does.
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        settings = from_environment()
    except EnvError as error:
        sys.stderr.write(f"poller: {error}\n")
        sys.exit(2)
    logging.basicConfig(
        level=settings.log_level, stream=sys.stdout, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    wishes = Wishes(settings.mode, settings.interval)
    telemetry.start(settings.lab_url, "poller", wishes.hear)
    log.info("polling %s every %g s, mode %s", settings.monolith_url, settings.interval, settings.mode)
    while True:
        copies = Copies(settings.attendees_url, settings.service_token)
        poll = POLLS[wishes.mode](Source(settings.monolith_url), copies)
        keep_polling(poll, copies, wishes, settings.liveness_file)


def keep_polling(poll: Poll, copies: Copies, wishes: Wishes, liveness_file: str) -> None:
    """Start a cycle every interval, until another mode is wished for; after failures, wait longer."""
    mode, failures = wishes.mode, 0
    while wishes.mode == mode:
        if liveness_file:
            Path(liveness_file).touch()
        started = time.monotonic()
        try:
            cycle = poll.copy_changes()
        except (requests.RequestException, InvalidResponse) as error:
            failures += 1
            wait = pause_after(failures, wishes.interval)
            log.warning("%s; next try in %.1f s", error, wait)
            telemetry.tell("poll", mode=mode, interval=wishes.interval, error=str(error)[:200], next_in=round(wait, 2))
        else:
            failures = 0
            wait = started + wishes.interval - time.monotonic()
            log.info("%s duplicated=%d", cycle, copies.take_duplicated())
            telemetry.tell("poll", mode=mode, interval=wishes.interval, next_in=round(wait, 2), **asdict(cycle))
        wishes.wait(wait)


def pause_after(failures: int, interval: float) -> float:
    """Seconds to wait: random between 0 and a ceiling that doubles up to LONGEST_PAUSE ("full jitter"), so that
    many pollers do not come back in step."""
    return random.uniform(0, min(LONGEST_PAUSE, interval * 2 ** min(failures, 16)))  # noqa: S311 - not a secret


if __name__ == "__main__":
    main()
