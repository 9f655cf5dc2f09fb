"""`cogo`: see `--help`."""

import argparse
import sys


def main() -> int:
    """Run the command that was asked for; its exit status."""
    parser = argparse.ArgumentParser(prog="cogo", description="See and measure how services talk.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_tour(commands.add_parser("tour", help="walk through the three patterns on the running application"))
    _add_race(commands.add_parser("race", help="polling against messaging, measured on the same changes"))
    _add_why(commands.add_parser("why", help="where a message is, and what to do when it did not arrive"))
    _add_status(commands.add_parser("status", help="services, queues, lags and versions in one table"))
    chosen = parser.parse_args()
    return int(chosen.run(chosen))


def _add_tour(parser: argparse.ArgumentParser) -> None:
    from lab import tour

    parser.add_argument("--engine", choices=("native", "compose"), required=True, help="what `make up` started it with")
    parser.set_defaults(run=lambda chosen: tour.run(chosen.engine))


def _add_race(parser: argparse.ArgumentParser) -> None:
    from lab.race import command

    command.add_arguments(parser)


def _add_why(parser: argparse.ArgumentParser) -> None:
    from lab.why import command

    command.add_arguments(parser)


def _add_status(parser: argparse.ArgumentParser) -> None:
    from lab.status import command

    command.add_arguments(parser)


if __name__ == "__main__":
    sys.exit(main())
