"""What the README says holds."""

import re
from pathlib import Path

import pytest

from tests.clean_room.rooms import COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_it_can_be_read_at_once():
    assert len(README.splitlines()) <= 150


def test_every_link_leads_somewhere():
    links = set(re.findall(r"\]\(([^)#:]+)\)", README))

    assert links
    assert {link for link in links if not (ROOT / link).exists()} == set()


def test_an_approval_is_a_short_path():
    section = README.split("## Follow one approval")[1].split("\nIn between")[0]
    path = [ROOT / link for link in re.findall(r"^\d+\. \[.*?\]\((.*?)\)", section, re.MULTILINE)]

    lines = [line for file in path for line in file.read_text().splitlines() if line.strip()]
    assert len(path) <= 8
    assert len(lines) <= 360


def test_its_commands_are_targets_of_the_makefile():
    commands = set(re.findall(r"make (\w+)", README)) - {"its"}
    rules = re.findall(r"^([a-z][\w -]*):", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert commands <= {target for rule in rules for target in rule.split()}


def test_what_it_says_to_type_first_is_typed_in_the_clean_room():
    first = re.findall(r"^\$ make (\w+)", README.split("## Start")[1].split("## ")[0], re.MULTILINE)

    assert first
    assert set(first) <= {command.split()[0] for command, _ in COMMANDS}


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.name)
def test_every_link_of_the_docs_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


RELIABILITY = ROOT / "docs/explanation/reliability.md"


def test_the_code_that_keeps_a_promise_is_where_it_is_said_to_be():
    named = re.findall(r"\[`(\w+)`\]\((\S+?\.py)\)", RELIABILITY.read_text())

    assert named
    missing = [(name, file) for name, file in named if not is_in(name, RELIABILITY.parent / file)]
    assert missing == []


def is_in(name: str, file: Path) -> bool:
    return file.stem == name or bool(re.search(rf"^ *(def|class) {name}\b|^{name} = ", file.read_text(), re.MULTILINE))


@pytest.mark.parametrize("page", ["explanation/reliability", "reference/course-compatibility"])
def test_every_test_that_a_page_names_exists(page):
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / f"{page}.md").read_text()))
    files = [file for pattern in ("*/tests/*.py", "tests/**/*.py") for file in ROOT.glob(pattern)]
    defined = {name for file in files for name in re.findall(r"def (test_\w+)", file.read_text())}

    assert named
    assert named - defined == set()


def test_each_point_of_the_courses_contract_names_its_test():
    page = (ROOT / "docs" / "reference" / "course-compatibility.md").read_text()
    points = [line for line in page.splitlines() if line.startswith("| ") and "---" not in line]

    heads = ("| the contract |", "| kind of program |", "| the course |")
    assert [point for point in points if not point.startswith(heads) and "`test_" not in point] == []
