"""The logs of all processes as one."""

from itertools import islice

import pytest

from native import logs


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("RUN_DIR", str(tmp_path))
    (tmp_path / "logs").mkdir()
    return tmp_path / "logs"


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Ends a test that would look for a line for ever."""
    pauses = iter(range(100))
    monkeypatch.setattr(logs.time, "sleep", lambda _seconds: next(pauses, None) is None and pytest.fail("not seen"))


def texts(lines):
    return [(line.service, line.text) for line in lines]


def test_lines_of_all_services_come_in_the_order_of_time(folder):
    (folder / "poller.log").write_text("2026-01-02 10:00:00,200 asks\n2026-01-02 10:00:00,400 asks again\n")
    (folder / "rabbitmq.log").write_text("2026-01-02 11:00:00.300000+01:00 [info] accepts\n")
    (folder / "presentation_workflow_1.log").write_text("2026-01-02 10:00:00,100 writes\n")

    assert texts(logs.last()) == [
        ("presentation_workflow_1", "2026-01-02 10:00:00,100 writes"),
        ("poller", "2026-01-02 10:00:00,200 asks"),
        ("rabbitmq", "2026-01-02 11:00:00.300000+01:00 [info] accepts"),
        ("poller", "2026-01-02 10:00:00,400 asks again"),
    ]


def test_what_has_no_time_stays_behind_the_line_that_it_belongs_to(folder):
    (folder / "monolith.log").write_text("2026-01-02 10:00:00,100 ERROR\nTraceback\n  why\n")
    (folder / "poller.log").write_text("2026-01-02 10:00:00,200 asks\n")

    assert texts(logs.last()) == [
        ("monolith", "2026-01-02 10:00:00,100 ERROR"),
        ("monolith", "Traceback"),
        ("monolith", "  why"),
        ("poller", "2026-01-02 10:00:00,200 asks"),
    ]


def test_what_is_added_is_shown_also_of_a_log_that_began_meanwhile(folder):
    (folder / "poller.log").write_text("2026-01-02 10:00:00,200 asks\n2026-01-02 10:")
    shown = logs.follow()
    first = next(shown)

    with (folder / "poller.log").open("a") as log:
        log.write("00:01,000 asks again\n")
    (folder / "monolith.log").write_text("2026-01-02 10:00:00,500 starts\n")

    assert texts([first, *islice(shown, 2)]) == [
        ("poller", "2026-01-02 10:00:00,200 asks"),
        ("monolith", "2026-01-02 10:00:00,500 starts"),
        ("poller", "2026-01-02 10:00:01,000 asks again"),
    ]


def test_a_log_that_begins_anew_is_followed_on(folder):
    (folder / "poller.log").write_text("2026-01-02 10:00:00,200 asks\n")
    shown = logs.follow("poller")
    first = next(shown)

    (folder / "poller.log").rename(folder / "poller.log.1")
    (folder / "poller.log").write_text("2026-01-02 10:00:01,000 asks again\n")

    assert [first.text, next(shown).text] == ["2026-01-02 10:00:00,200 asks", "2026-01-02 10:00:01,000 asks again"]
