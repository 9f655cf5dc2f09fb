"""`python -m lab tour`: see `--help`."""

import argparse
import sys

from lab import tour


def main() -> int:
    """Run the command that was asked for; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m lab", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    guided = commands.add_parser("tour", help="walk through the three patterns on the running application")
    guided.add_argument("--engine", choices=("native", "compose"), required=True, help="what `make up` started it with")
    guided.set_defaults(run=lambda chosen: tour.run(chosen.engine))
    chosen = parser.parse_args()
    return int(chosen.run(chosen))


if __name__ == "__main__":
    sys.exit(main())
