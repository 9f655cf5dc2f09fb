"""What the subjects are now, on both sides: the original, the copy, and the poller between them."""

from typing import Any

from lab import settings
from lab.why import commands
from lab.why.evidence import Evidence
from lab.why.explanation import Hop, State
from lab.why.moments import moment


def subjects(evidence: Evidence) -> list[Hop]:
    """A line for each subject that was asked about, and is there."""
    originals = evidence.told.of("monolith").get("subjects", {})
    copies = evidence.told.of("attendees").get("copies", {})
    found = [_line(name, original, copies.get(name), evidence) for name, original in originals.items()]
    there = [each for each in found if each is not None]
    if not there and originals and not evidence.rows:
        names = " or ".join(originals)
        cause = f"There is no {names}: it was never committed, or was deleted more than seven days ago."
        return [Hop("monolith", State.STUCK, cause)]
    return there


def _line(name: str, original: dict[str, Any] | None, copy: dict[str, Any] | None, evidence: Evidence) -> Hop | None:
    if original is None:
        return None
    if name.startswith("presentation/"):
        return _presentation(name, original)
    if silent := evidence.silent("attendees"):
        cause = f"{name} has revision {original['revision']}; of its copy only {silent} knows, which does not answer."
        return Hop(name, State.UNKNOWN, cause, commands.start("attendees_microservice"))
    known = copy["revision"] if copy else 0
    if known >= original["revision"]:
        return Hop(name, State.DONE, f"The copy is up to date, at revision {known}.")
    ways = f"a comparison within {evidence.told.of('attendees')['resync_interval']} s"
    if name.startswith("conference/"):
        ways = f"the poller comes in {settings.POLL_INTERVAL:g} s at most if it runs, and {ways}"
    cause = f"The copy is at revision {known} of {original['revision']}. Beside the message, {ways}."
    return Hop(name, State.WAITS, cause, commands.start("poller") if name.startswith("conference/") else "")


def _presentation(name: str, original: dict[str, Any]) -> Hop:
    if original["status"] == "SUBMITTED":
        remedy = (
            f"curl -X PUT -H 'Authorization: Token …' {settings.MONOLITH_URL}/api/{name.replace('/', 's/')}/approval/"
        )
        return Hop(name, State.STUCK, f"{name} is SUBMITTED: no decision was committed, so nothing was sent.", remedy)
    if original["notified"] is None:
        return Hop(name, State.WAITS, f"{name} is {original['status']}; nobody confirmed yet that its presenter knows.")
    return Hop(
        name,
        State.DONE,
        f"{name} is {original['status']}; its presenter was written to at {moment(original['notified'])}.",
    )
