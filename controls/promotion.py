"""A cluster has two databases: the primary, and its standby, which has each decision before it is answered.

Promoted, the standby commits by itself until the old primary is there again, as its copy; then it waits for it.
"""

import time
from collections.abc import Callable

from lab import databases
from lab.databases import ask
from lab.stack import Stack

FOLLOWERS = "SELECT state FROM pg_stat_replication WHERE application_name = 'walreceiver'"
WITHIN = 120  # seconds until it is given up


class NotPromoted(Exception):
    """No standby is there, or the old primary did not come back as one; the message says which."""


def run(stack: Stack) -> str:
    """Make the standby the primary, and the old primary its standby; how long that took, in words.

    Raises NotPromoted or StackError.
    """
    if not stack.is_cluster:
        raise NotPromoted("There is one database only; a cluster is started with: make up-cluster")
    began = time.monotonic()
    standby, *_ = databases.standbys(stack) or [""]
    if not standby:
        raise NotPromoted("No standby runs that could be promoted; see `make ps` and `make logs`.")
    (old,) = set(databases.BOTH) - {standby}
    stack.stop(old)  # two that can be written to would be worse than none
    ask(stack, standby, "SELECT pg_promote()")
    _commit_when(stack, standby, "")
    writing = time.monotonic() - began
    stack.start(old)
    _wait_until(lambda: ask(stack, standby, FOLLOWERS) == "streaming")
    _commit_when(stack, standby, "*")
    return (
        f"{standby} is the primary, since {writing:.0f} s after this was asked for; "
        f"{old} follows it, since {time.monotonic() - began:.0f} s after."
    )


def _commit_when(stack: Stack, name: str, standbys: str) -> None:
    """From now on the database waits, before it commits, for one of these standbys."""
    ask(stack, name, f"ALTER SYSTEM SET synchronous_standby_names = '{standbys}'")
    ask(stack, name, "SELECT pg_reload_conf()")


def _wait_until(follows: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN
    while not follows():
        if time.monotonic() > deadline:
            raise NotPromoted(f"After {WITHIN} s the old primary does not follow the new one; see `make logs`.")
        time.sleep(0.2)
