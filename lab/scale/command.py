"""`cogo scale`."""

import argparse
import subprocess
import sys
import time

from controls.services import WORKERS
from lab import settings
from lab.scale.scaling import Scaling, look
from lab.stack import Stack, StackError
from lab.why.broker import Broker, BrokerAway


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `cogo scale` takes."""
    parser.description = "Have as many workers as there are letters to be written, ready or in hand."
    parser.add_argument("--watch", action="store_true", help="go on until Ctrl-C; without it, look once")
    parser.add_argument("--least", type=int, default=1, metavar="N", help="workers at least (%(default)s)")
    parser.add_argument("--most", type=int, default=6, metavar="N", help="workers at most (%(default)s)")
    parser.add_argument("--each", type=int, default=200, metavar="N", help="letters for one worker (%(default)s)")
    parser.add_argument(
        "--cool-down", type=float, default=60, metavar="S",
        help="seconds for which fewer must have been enough, before one is ended (%(default)s)",
    )  # fmt: skip
    parser.add_argument("--interval", type=float, default=5, metavar="S", help="seconds between looks (%(default)s)")
    parser.add_argument("--engine", choices=("native", "compose"), help="what it runs with; without it, what runs here")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """0 when asked to stop, or after one look; 1 where that look was not possible."""
    scaling = Scaling(chosen.least, chosen.most, chosen.each, chosen.cool_down)
    stack = Stack(chosen.engine or _engine())
    broker = Broker(settings.RABBITMQ_MANAGEMENT_URL, settings.RABBITMQ_URL)
    try:
        while True:
            is_well = _look(broker, scaling, stack)
            if not chosen.watch:
                return int(not is_well)
            time.sleep(chosen.interval)
    except KeyboardInterrupt:
        return 0


def _look(broker: Broker, scaling: Scaling, stack: Stack) -> bool:
    try:
        found, wanted = look(broker, scaling, lambda number: stack.scale(WORKERS, number))
    except (BrokerAway, StackError) as error:
        sys.stderr.write(f"cogo: {error}; the workers stay as they are\n")
        return False
    change = "" if wanted == found.workers else f", were {found.workers}"
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {found.messages} letters, {wanted} workers{change}\n")
    sys.stdout.flush()
    return True


def _engine() -> str:
    done = subprocess.run([settings.ROOT / "controls/engine"], capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.strip()
