"""What `make stop`, `start`, `restart`, `scale`, `password`, `promote` and `reset` do; see `--help`."""

import argparse
import os
import sys

import requests

from controls import password, promotion, reset
from controls.services import WORKERS, NoSuchService, existing
from lab.stack import ENGINES, Stack, StackError


def main(arguments: list[str] | None = None) -> int:
    """Do what the arguments say; 1, with the cause in words, where that is not possible."""
    chosen = _parser().parse_args(arguments)
    try:
        _do(chosen, Stack(chosen.engine))
    except (NoSuchService, StackError, password.Refused, promotion.NotPromoted, reset.NotDone) as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201
        return 1
    except requests.RequestException as error:
        print(f"The application does not answer ({error}); start it with: make up", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="controls", description="Acts on the running application.")
    parser.add_argument("--engine", choices=ENGINES, required=True)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for verb in ("stop", "start", "restart"):
        commands.add_parser(verb, help=f"{verb} one service").add_argument("service", nargs="?", default="")
    commands.add_parser("scale", help="have so many workers").add_argument("workers", nargs="?", default="")
    commands.add_parser("password", help="set the organiser's: that in PASSWORD, or one that is made up")
    commands.add_parser("promote", help="make the standby database of a cluster the primary; the other one follows it")
    commands.add_parser("reset", help="examples, copies, queues and letters as on the first day")
    return parser


def _do(chosen: argparse.Namespace, stack: Stack) -> None:
    if not stack.is_up():  # containers would be made for a part of it alone
        raise StackError("Nothing runs; start it with: make up")
    match chosen.command:
        case "stop":
            stack.stop(existing(chosen.service, stack.is_cluster))
        case "start":
            stack.start(existing(chosen.service, stack.is_cluster))
        case "restart":
            stack.stop(existing(chosen.service, stack.is_cluster))
            stack.start(chosen.service)
        case "scale":
            if not chosen.workers.isdigit():
                raise NoSuchService("How many workers? For instance: make scale WORKERS=3")
            stack.scale(WORKERS, int(chosen.workers))
        case "password":
            print(password.set_to(stack, os.environ.get("PASSWORD", "")))  # noqa: T201
        case "promote":
            print(promotion.run(stack))  # noqa: T201
        case "reset":
            print(reset.run(stack))  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
