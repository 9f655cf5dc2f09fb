"""What stops and starts processes for the board, whichever it is."""

from typing import Protocol

BROKER, WORKERS = "rabbitmq", "presentation_workflow"
SLOTS = 6  # workers at most


class NobodyToAsk(Exception):
    """There is nobody who would do it; the message is the command that a person types instead."""


class Refused(Exception):
    """It was not done; the message says why."""


class Hands(Protocol):
    """Each method raises Refused; NobodyToAsk where nobody answers."""

    def stop_broker(self) -> None:
        """Stop it in good order; returns at once."""

    def start_broker(self) -> None:
        """Start it; returns at once. One that is still stopping is waited for, and started then."""

    def workers(self) -> list[str]:
        """Names of those that run, frozen ones too."""

    def freeze(self, worker: str) -> None:
        """Stop it amid whatever it does."""

    def go_on(self, worker: str) -> None:
        """Let it go on, if it is frozen."""

    def kill(self, worker: str) -> None:
        """End it as a power cut would; a new one starts."""

    def start(self, worker: str) -> None:
        """Start it, unless it runs."""

    def more(self) -> str:
        """Start a worker more; its name."""

    def end(self, worker: str) -> None:
        """Stop it in good order."""
