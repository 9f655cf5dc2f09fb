"""The documentation can be found: every page is two clicks from its index, and the tutorial's programs are whole."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
INDEX = DOCS / "README.md"
BLOCK = re.compile(r"^( *)```(\w+) ?(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
HOW_TOS = (
    "stop-and-start-a-part", "scale-workers", "add-a-message", "add-a-subscriber", "replay-a-dead-letter",
    "no-letter-came", "plug-in-your-own-service", "send-traces",
    "run-a-cluster", "run-on-swarm",
)  # fmt: skip
OF_OTHERS = ("change-a-queues-arguments", "back-up-and-restore")


def links(page: Path) -> set[Path]:
    found = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    return {Path(os.path.normpath(page.parent / link)) for link in found}


def test_every_page_is_two_clicks_from_the_index():
    first = {page for page in links(INDEX) if page.suffix == ".md"}
    within = {INDEX, *first, *(second for page in first for second in links(page))}

    assert {str(page.relative_to(DOCS)) for page in set(DOCS.rglob("*.md")) - within} == set()


@pytest.mark.parametrize("name", [*HOW_TOS, *(each for each in OF_OTHERS if (DOCS / f"how-to/{each}.md").exists())])
def test_a_how_to_is_one_click_from_the_index(name):
    assert DOCS / f"how-to/{name}.md" in links(INDEX)


def test_every_link_of_the_index_leads_somewhere():
    assert {page for page in links(INDEX) if not page.exists()} == set()


def programs() -> list:
    pages = [*(DOCS / "tutorial").glob("*.md"), *(DOCS / "how-to").glob("*.md")]
    return [
        pytest.param(body, id=f"{page.stem}-{number}")
        for page in pages
        for number, (_, kind, _, body) in enumerate(BLOCK.findall(page.read_text()))
        if kind == "python"
    ]


@pytest.mark.parametrize("program", programs())
def test_a_program_of_the_docs_can_be_parsed(program):
    indent = re.match(r" *", program)[0]

    ast.parse("\n".join(line.removeprefix(indent) for line in program.splitlines()))


def test_the_message_that_is_added_travels_and_arrives_as_it_was():
    """In a process of its own: a class that is made registers itself."""
    page = (DOCS / "how-to/add-a-message.md").read_text()
    code = []
    for indent, kind, _, body in BLOCK.findall(page)[:2]:
        assert kind == "python"
        code.append("\n".join(line.removeprefix(indent) for line in body.splitlines()))
    code.append(
        "from messaging.message import decode\n"
        "sent = PresentationWithdrawn(presentation_id=7, title='A talk')\n"
        "wire = sent.wire()\n"
        "assert decode(wire.body, wire.properties()) == sent\n"
        "assert PRESENTATION_WITHDRAWALS.default_type == 'presentation.withdrawn'\n"
        "print(sent.subject())\n"
    )

    done = subprocess.run([sys.executable, "-c", "\n".join(code)], cwd=DOCS.parent, capture_output=True, text=True)

    assert done.stdout == "presentation/7\n", done.stderr
