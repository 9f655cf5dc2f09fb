"""Who is run first. Linux alone tells and takes it so."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil


@contextmanager
def real_time() -> Iterator[bool]:
    """Whether all that we have started, or start meanwhile, is run before what else the machine does. That takes
    root's rights; without them all stays as it is."""
    try:
        _schedule(os.SCHED_RR, 1)
    except PermissionError:
        yield False
        return
    try:
        yield True
    finally:
        _schedule(os.SCHED_OTHER, 0)


def _schedule(policy: int, priority: int) -> None:
    us = psutil.Process()
    for each in (us, *us.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            for thread in each.threads():
                with suppress(ProcessLookupError):
                    os.sched_setscheduler(thread.id, policy, os.sched_param(priority))
