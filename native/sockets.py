"""Where Unix sockets lie: their path may not exceed 103 bytes (macOS) or 107 (Linux), and a clone's may."""

import hashlib
import os
import tempfile
from pathlib import Path

LONGEST = 90  # bytes; leaves room for what supervisord appends while it creates its socket


def short(folder: Path, name: str) -> Path:
    """A path for the socket `name` of `folder`: in it, or else in a folder of the system's temporary ones that is
    always the same for `folder` and that only its owner may enter. Raises PermissionError if it is another's."""
    if len(os.fsencode(folder / name)) <= LONGEST:
        return folder / name
    mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:10]
    elsewhere = Path(tempfile.gettempdir()) / f"cogo-{os.geteuid()}-{mark}"
    elsewhere.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() not in {0, elsewhere.stat().st_uid}:
        raise PermissionError(f"{elsewhere} belongs to another user; set TMPDIR to a folder of your own")
    return elsewhere / name
