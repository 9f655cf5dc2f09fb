"""Something that was looked at, and how it is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """`remedy` says what to do where it is not well; something that could not be looked at is well, and says so."""

    name: str
    is_well: bool
    detail: str
    remedy: str = ""
