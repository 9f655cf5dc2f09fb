"""Programs written for the course work with this application as they are, in both directions (see tests/course)."""

from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from native.rabbitmq import free_port
from tests.end_to_end.conftest import run
from tests.end_to_end.course_programs import PYTHONS, Learner
from tests.end_to_end.course_requests import ACCEPTED, REJECTED, a_conference, a_talk, answers, sent
from tests.faults.patience import until

WAITING = "Waiting for messages"


@pytest.fixture(scope="module")
def monolith(open_application) -> str:
    return f"http://localhost:{open_application['MONOLITH_PORT']}"


@pytest.fixture(scope="module")
def attendees(open_application) -> str:
    return f"http://localhost:{open_application['ATTENDEES_PORT']}"


@pytest.fixture(scope="module")
def names(open_application) -> dict[str, str]:
    """Where the names of the course lead."""
    broker = run("python", "-m", "native", "broker", env=open_application).strip()
    show = "import os; print(os.environ['EMAIL_PORT'])"
    mail = run("python", "-m", "native", "run", "presentation_workflow", "python", "-c", show, env=open_application)
    return {
        "rabbitmq:5672": f":{urlsplit(broker).port}",
        "monolith:8000": f":{open_application['MONOLITH_PORT']}",
        "mail:25": f":{mail.strip()}",
    }


@pytest.fixture(params=PYTHONS)
def learner(request, tmp_path, names) -> Learner:
    python = PYTHONS[request.param]
    if python is None:
        pytest.skip("Python 3.10 is neither on the PATH nor in pyenv")
    return Learner(python, tmp_path / "learner", names)


@pytest.fixture
def their_monolith(learner) -> Iterator[str]:
    learner.run("monolith", "manage.py", "migrate", "--run-syncdb", "-v0")
    port = free_port()
    with learner.running("monolith", "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"):
        url = f"http://127.0.0.1:{port}"
        assert until(lambda: answers(f"{url}/api/conferences/"), 30)
        yield url


def letters(running: dict[str, str], part: str) -> list[tuple[str, str, bool]]:
    """To addresses with this in them: to whom, about what, and whether a worker of ours wrote it."""
    files = (Path(running["RUN_DIR"]) / "mail" / "new").glob("*")
    found = [message_from_bytes(file.read_bytes()) for file in files]
    return [(letter["To"], letter["Subject"], bool(letter["X-Worker"])) for letter in found if part in letter["To"]]


def test_their_pollers_see_each_conference(learner, monolith):
    learner.run("attendees", "manage.py", "migrate", "--run-syncdb", "-v0")
    with learner.running("attendees", "poll.py"), learner.running("poller", "poll.py") as other:
        href = a_conference(monolith, f"PollerDay of {learner.python}")

        found = f"SELECT name FROM attendees_conferencevo WHERE import_href = '{href}'"
        assert until(lambda: learner.ask(found) == [(f"PollerDay of {learner.python}",)], 20)
        assert until(lambda: other.said(href), 20)


def test_their_account_consumer_sees_a_sign_up_a_change_and_a_closed_account(learner, monolith):
    learner.run("attendees", "manage.py", "migrate", "--run-syncdb", "-v0")
    ada = f"ada-{free_port()}@example.com"
    account = {"username": ada, "email": ada, "password": "difference-engine", "first_name": "Ada", "last_name": "L."}
    with learner.running("attendees", "consume_accounts.py") as consumer:
        assert until(lambda: consumer.said(WAITING), 20)

        sent("post", f"{monolith}/api/accounts/", account)
        known = f"SELECT first_name FROM attendees_accountvo WHERE email = '{ada}'"
        assert until(lambda: learner.ask(known) == [("Ada",)], 20)

        sent("put", f"{monolith}/api/accounts/{ada}/", {"first_name": "Augusta"})
        assert until(lambda: learner.ask(known) == [("Augusta",)], 20)

        sent("delete", f"{monolith}/api/accounts/{ada}/")
        assert until(lambda: learner.ask(known) == [], 20)


def test_their_monoliths_accounts_reach_our_attendees(learner, their_monolith, monolith, attendees):
    alan = f"alan-{free_port()}@example.com"
    conference = a_conference(monolith, f"CopyDay of {alan}")
    assert until(lambda: alan in requests.get(f"{attendees}/api/conferences/", timeout=10).text, 20)
    registered = {"name": "Alan", "email": alan, "conference": conference}
    attendee = attendees + sent("post", f"{attendees}/api/attendees/", registered)["href"]

    sent("post", f"{their_monolith}/api/accounts/", {"email": alan, "first_name": "Alan", "last_name": "T."})
    assert until(lambda: requests.get(attendee, timeout=10).json()["has_account"], 20)

    sent("delete", f"{their_monolith}/api/accounts/{alan}/")
    assert until(lambda: not requests.get(attendee, timeout=10).json()["has_account"], 20)


def test_their_monoliths_decisions_become_letters_of_ours(learner, their_monolith, open_application):
    conference = sent("post", f"{their_monolith}/api/conferences/", {"name": "TheirDay"})["href"]
    mark = f"-{free_port()}@theirs.example.com"
    talks = []
    for name in ("yes", "no"):
        talk = {"presenter_name": name, "presenter_email": f"{name}{mark}", "title": "On numbers"}
        talks.append(their_monolith + sent("post", f"{their_monolith}{conference}presentations/", talk)["href"])

    sent("put", f"{talks[0]}approval/")
    sent("put", f"{talks[1]}rejection/")

    expected = [(f"no{mark}", REJECTED, True), (f"yes{mark}", ACCEPTED, True)]
    assert until(lambda: sorted(letters(open_application, mark)) == expected, 20)


def test_their_mailers_and_our_worker_share_the_work_and_nobody_gets_two_letters(
    learner, their_monolith, monolith, open_application
):
    mark = f"-{free_port()}@shared.example.com"
    conference = a_conference(monolith, f"SharedDay of {mark}")
    ours = [a_talk(monolith, conference, f"ours-{number}{mark}") for number in range(20)]
    theirs_at = sent("post", f"{their_monolith}/api/conferences/", {"name": "SharedDay"})["href"]
    theirs = [
        their_monolith + sent("post", f"{their_monolith}{theirs_at}presentations/", {
            "presenter_name": "Grace", "presenter_email": f"theirs-{number}{mark}", "title": "The first bug",
        })["href"]
        for number in range(10)
    ]  # fmt: skip
    with learner.running("workflow", "consumer.py") as one, learner.running("workflow", "consumer.py") as other:
        assert until(lambda: one.said(WAITING) and other.said(WAITING), 20)

        for number, talk in enumerate([*ours, *theirs]):
            sent("put", f"{talk}{'approval' if number % 2 else 'rejection'}/")

        assert until(lambda: len(letters(open_application, mark)) >= 30, 30)
        written = letters(open_application, mark)
    assert Counter(to for to, _, _ in written).most_common(1)[0][1] == 1
    assert Counter(subject for _, subject, _ in written) == {ACCEPTED: 15, REJECTED: 15}
    assert {is_ours for _, _, is_ours in written} == {True, False}
