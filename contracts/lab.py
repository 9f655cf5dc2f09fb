"""How a process that moves messages is seen in the lab."""

from typing import Any

import telemetry
from messaging import observing


def tell_the_lab(url: str, name: str, **_: Any) -> None:
    """From now on the lab at `url` is told what this process, known as `name`, does; with an empty URL nobody is."""
    telemetry.start(url, name)
    observing.tell_to(telemetry)
