"""Runs the commands of docs/how-to/back-up-and-restore.md, and looks at what the copies say afterwards."""

import re
from pathlib import Path

import requests

from tests.end_to_end.conftest import ROOT, run
from tests.end_to_end.controls import Controls, until

PAGE = ROOT / "docs" / "how-to" / "back-up-and-restore.md"
ENGINES = {"native": "Natively", "compose": "With containers"}
PASSWORD = "as good as the old one"


class Typed:
    """What a reader of the page types, with one engine, the files in a folder of their own."""

    def __init__(self, engine: str, env: dict[str, str], backup: Path) -> None:
        self._engine, self._env, self._backup = engine, env, backup

    def section(self, title: str) -> None:
        """All blocks of a section, but those for the other engine."""
        text = PAGE.read_text().split(f"\n## {title}\n")[1].split("\n## ")[0]
        blocks = re.findall(r"(?:^(\S[^\n]*):\n\n)?^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        assert blocks
        for lead, block in blocks:
            if not any(lead.endswith(word) for engine, word in ENGINES.items() if engine != self._engine):
                self.type(block)

    def type(self, commands: str) -> None:
        """Fails where one of them does. The folder that the page calls backup is elsewhere."""
        run("bash", "-euo", "pipefail", "-c", re.sub(r"\bbackup\b(?!-)", str(self._backup), commands), env=self._env)


def what_was_lost_is_lost_everywhere(engine: str, env: dict[str, str], backup: Path) -> None:
    """A name, a conference whose number might be another's, a deletion, and an account are lost by a restore."""
    controls, typed = Controls(env), Typed(engine, env, backup)
    controls.make("password", f"PASSWORD={PASSWORD}")
    kept, deleted = (_add(controls, name) for name in ("Kept", "Deleted later"))
    until(lambda: controls.names(controls.attendees) == controls.names(controls.monolith))

    typed.section("Back up")
    before = controls.names(controls.monolith)
    for _ in range(3):
        _change(controls, "PUT", f"conferences/{kept}/", {"name": "Lost name"})
    _change(controls, "DELETE", f"conferences/{deleted}/", None)
    lost = _add(controls, "Lost")
    person = {"username": "lost", "email": "lost@example.com", "first_name": "L", "last_name": "L"}
    _change(controls, "POST", "accounts/", person | {"password": "difference-engine"})
    until(lambda: controls.names(controls.attendees) == controls.names(controls.monolith))
    guest = _register(controls, "lost@example.com", kept)
    until(lambda: _has_account(controls, guest))

    typed.section("Restore the monolith")

    until(lambda: controls.names(controls.attendees) == controls.names(controls.monolith) == before)
    until(lambda: not _has_account(controls, guest))
    assert _add(controls, "After") > lost
    until(lambda: controls.names(controls.attendees) == sorted([*before, "After"]))


def the_other_two_are_restored(engine: str, env: dict[str, str], backup: Path) -> None:
    """By the same commands, with the parts that the page names; afterwards news still arrives."""
    controls, typed = Controls(env), Typed(engine, env, backup)
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE.read_text(), re.MULTILINE)
    assert [name for name, _ in rows] == ["attendees", "workflow"]
    restore = next(
        block
        for block in re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
        if "pg_restore" in block and ("docker" in block) == (engine == "compose")
    )
    for name, parts in rows:
        names = re.findall(r"`(\w+)`", parts)
        for part in names:
            controls.make("stop", f"SERVICE={part}")
        typed.type(restore.replace("monolith", name))
        for part in names:
            controls.make("start", f"SERVICE={part}")

    until(lambda: controls.names(controls.attendees) == controls.names(controls.monolith))
    number = _add(controls, "Once more")
    until(lambda: "Once more" in controls.names(controls.attendees))
    talk = {"presenter_name": "Ada", "presenter_email": "ada@example.com", "title": "T", "synopsis": "S"}
    offered = _change(controls, "POST", f"conferences/{number}/presentations/", talk)["href"].removeprefix("/api/")
    _change(controls, "PUT", f"{offered}approval/", None)


def _add(controls: Controls, name: str) -> int:
    place = requests.get(f"{controls.monolith}/api/locations/", timeout=10).json()["locations"][0]["id"]
    plan = {"name": name, "description": "", "starts": "2030-01-01", "ends": "2030-01-02", "location": place}
    return int(_change(controls, "POST", "conferences/", plan | {"max_presentations": 9, "max_attendees": 9})["id"])


def _change(controls: Controls, method: str, path: str, body: object) -> dict:
    answer = requests.request(
        method, f"{controls.monolith}/api/{path}", json=body, auth=("organiser", PASSWORD), timeout=30
    )
    assert answer.ok, answer.text
    return answer.json()


def _register(controls: Controls, email: str, conference: int) -> str:
    guest = {"name": "Guest", "email": email, "conference": conference}
    answer = requests.post(f"{controls.attendees}/api/attendees/", json=guest, timeout=30)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["href"])


def _has_account(controls: Controls, href: str) -> bool:
    return bool(requests.get(f"{controls.attendees}{href}", timeout=10).json()["has_account"])
