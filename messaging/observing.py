"""Tells whoever wants to see messages move; nobody does, unless a process says who."""

from typing import Any, Protocol


class Observer(Protocol):
    """Somebody who is told. Neither method may wait or raise."""

    def is_watched(self) -> bool:
        """Whether anybody looks now: if not, nothing needs to be found out."""

    def tell(self, kind: str, **facts: Any) -> None:
        """Something happened just now."""


class Nobody:
    """Hears nothing."""

    def is_watched(self) -> bool:
        """No."""
        return False

    def tell(self, kind: str, **facts: Any) -> None:
        """Nothing comes of it."""


observer: Observer = Nobody()


def tell_to(chosen: Observer) -> None:
    """From now on this process tells `chosen`, an object or a module."""
    global observer
    observer = chosen
