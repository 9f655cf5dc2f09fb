"""What stands in the way of a start, found before anything is started, each with what to type against it."""

import errno
import os
import platform
import shutil
import stat
import sys
import tempfile
from pathlib import Path

MEGABYTE = 1024 * 1024
DISK = 300 * MEGABYTE  # RabbitMQ takes no messages while less than 50 MB are free; logs and data grow
SHARED_MEMORY = 16 * MEGABYTE  # Postgres shares it between its processes, and so do the web servers
SHARED_MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - on Linux; macOS has none, and needs none
ELSEWHERE = "Make room (df -h shows where), or keep the data elsewhere with a line in .env: RUN_DIR=/other/folder"


class Obstacle(Exception):
    """The application cannot run here as things are; the message says why, and what to type."""


def look_for(folder: Path) -> None:
    """Return where the application can keep its data in `folder`. Raises Obstacle."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _insist_on_disk(folder)
        _insist_on_permissions(folder)
    except OSError as error:
        raise Obstacle(f"{error.filename or folder} cannot be used: {error.strerror}. {ELSEWHERE}") from error
    _insist_on_shared_memory()


def is_full(error: OSError) -> bool:
    """Whether it was for want of room on a disk."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT}


def _insist_on_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < DISK:
        raise Obstacle(
            f"the disk of {folder} is full: {free // MEGABYTE} MB are free, {DISK // MEGABYTE} MB are needed. "
            f"{ELSEWHERE}"
        )


def _insist_on_permissions(folder: Path) -> None:
    """Postgres and RabbitMQ refuse data that everyone may read, as on a Windows disk everyone may."""
    with tempfile.TemporaryDirectory(dir=folder) as probe:
        Path(probe).chmod(0o700)
        kept = stat.S_IMODE(Path(probe).stat().st_mode) == 0o700
    if not kept:
        raise Obstacle(f"the disk of {folder} keeps no permissions, which Postgres needs. {_own_disk()}")


def _insist_on_shared_memory() -> None:
    if sys.platform != "linux":
        return
    there = SHARED_MEMORY_FOLDER.is_dir() and os.access(SHARED_MEMORY_FOLDER, os.W_OK)
    free = shutil.disk_usage(SHARED_MEMORY_FOLDER).free if there else 0
    if free < SHARED_MEMORY:
        raise Obstacle(
            f"{SHARED_MEMORY_FOLDER} is too small: {free // MEGABYTE} MB are free, {SHARED_MEMORY // MEGABYTE} MB are "
            f"needed. Type: sudo mount -o remount,size=256m {SHARED_MEMORY_FOLDER}    "
            "(in a container, start it with: docker run --shm-size=256m …)"
        )


def _own_disk() -> str:
    if on_windows(platform.release()):
        return (
            f"Under WSL that is a Windows disk: clone into your Linux home instead (cd ~ && git clone …). {ELSEWHERE}"
        )
    return ELSEWHERE


def on_windows(release: str) -> bool:
    """Whether this release of a kernel is that of the Windows Subsystem for Linux."""
    return "microsoft" in release.lower()
