"""What a switch is."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Switch:
    """Switches one safeguard off; says what is without it, and which test is red then."""

    off: Callable[[], None]
    test: str

    @property
    def without(self) -> str:
        """What is then, in a sentence."""
        return self.off.__doc__ or ""


SWITCHES: dict[str, Switch] = {}


def missed_by(test: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Make the decorated function a switch, by its name."""

    def register(off: Callable[[], None]) -> Callable[[], None]:
        SWITCHES[off.__name__] = Switch(off, test)
        return off

    return register
