"""`python -m lab.audit_log`: keep every event, until asked to stop."""

import argparse
import logging
import os
import sys
from socket import gethostname

from contracts.lab import tell_the_lab
from lab import settings
from lab.audit_log.store import Store
from lab.audit_log.subscriber import subscriber
from messaging.shutdown import Stop


def main() -> None:
    """Ends with 0 when asked to stop."""
    argparse.ArgumentParser(
        prog="python -m lab.audit_log",
        description="Keep every change of accounts and conferences in the table audit_log.event, until stopped.",
        epilog="RABBITMQ_URL and LAB_DATABASE_URL name the broker and the database.",
    ).parse_args()
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    name = f"audit_log {gethostname()}:{os.getpid()}"
    tell_the_lab(settings.env.str("LAB_URL", ""), name)
    stop = Stop.on_signals(settings.env.str("LIVENESS_FILE", ""))
    subscriber(Store(settings.LAB_DATABASE_URL)).run(settings.RABBITMQ_URL, name, stop)


if __name__ == "__main__":
    main()
