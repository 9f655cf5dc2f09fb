"""The mail catcher of each engine: how many letters it has, and how it is emptied."""

from pathlib import Path

import requests

from lab import settings


def count(engine: str) -> int:
    """How many letters have arrived."""
    if engine == "native":
        return len(_files())
    answer = requests.get(f"{settings.MAIL_PAGE}/email", timeout=10)
    answer.raise_for_status()
    return len(answer.json())


def remove(engine: str) -> None:
    """Remove all of them."""
    if engine == "native":
        for file in _files():
            file.unlink(missing_ok=True)
    else:
        requests.delete(f"{settings.MAIL_PAGE}/email/all", timeout=10).raise_for_status()


def _files() -> list[Path]:
    return [file for folder in ("new", "cur") for file in (settings.RUN_DIR / "mail" / folder).glob("*")]
