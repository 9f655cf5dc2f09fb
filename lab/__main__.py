"""`cogo`: see `--help`."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

# Name, module, what it does. The module has `add_arguments(parser)`, which also sets `run`.
COMMANDS = (
    ("tour", "lab.tour", "walk through the three patterns on the running application"),
    ("race", "lab.race.command", "polling against messaging, measured on the same changes"),
    ("why", "lab.why.command", "where a message is, and what to do when it did not arrive"),
    ("status", "lab.status.command", "services, queues, lags and versions in one table"),
    ("watch", "lab.watch.command", "the board in a terminal: queues, consumers, and what happens"),
    ("scale", "lab.scale.command", "as many workers as there are letters to be written; --watch: from now on"),
    ("experiment", "lab.experiments.command", "a claim of the lesson: run it, see what was measured"),
    ("doctor", "lab.doctor.command", "this machine and what runs on it; --code: hazards in a program of yours"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that was asked for; its exit status."""
    asked = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="cogo", description="See and measure how services talk.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, module, purpose in COMMANDS:
        command = commands.add_parser(name, help=purpose)
        if name in asked[:1]:  # what the others need may not be installed
            _load(module).add_arguments(command)
    chosen = parser.parse_args(asked)
    return int(chosen.run(chosen))


def _load(module: str) -> ModuleType:
    try:
        return import_module(module)
    except ModuleNotFoundError as missing:
        sys.exit(f"cogo: the package {missing.name} is missing; in a clone, `make demo` and `make race` install it")


if __name__ == "__main__":
    sys.exit(main())
