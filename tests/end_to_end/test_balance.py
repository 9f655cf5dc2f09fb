"""The board does not lie: what it says was published, handled and waits is what broker and databases say, whatever
was broken meanwhile; and a feed that is broken is told."""

import os
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
import requests
from dotenv import dotenv_values
from playwright.sync_api import Page, expect

from lab.feed.balance import first_id
from native.rabbitmq import RabbitMQ
from tests.end_to_end.conftest import press, run
from tests.end_to_end.controls import CREDENTIALS, until

SOON = 60_000  # milliseconds of patience; a machine may be busy
DECISIONS = 5000 if os.environ.get("FAULTS") == "all" else 300
PARTS = ("published", "handled", "ready", "held", "retry", "dead", "waiting")


@pytest.fixture
def board(browser, application) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"http://127.0.0.1:{application['LAB_PORT']}/")
    expect(page.locator("#live")).to_have_text("live", timeout=SOON)
    yield page
    page.close()


@pytest.fixture
def approve(application) -> Callable[[int], None]:
    """Offers and approves talks, as many as asked, whatever is down."""
    monolith = f"http://127.0.0.1:{application['MONOLITH_PORT']}"
    token = requests.post(
        f"{monolith}/api/token/",
        json={"username": "organiser", "password": application["ORGANISER_PASSWORD"]}, timeout=30,
    ).json()["token"]  # fmt: skip
    talk = {"presenter_name": "Ada", "presenter_email": "ada@example.com", "title": "T", "synopsis": "S"}

    def one(_number: int) -> None:
        with requests.Session() as session:
            session.headers["Authorization"] = f"Token {token}"
            offered = session.post(f"{monolith}/api/conferences/1/presentations/", json=talk, timeout=60)
            offered.raise_for_status()
            session.put(f"{monolith}{offered.json()['href']}approval/", timeout=60).raise_for_status()

    def many(count: int) -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(one, range(count)))

    return many


def balance(page: Page) -> dict[str, int]:
    line = page.locator("#balance .balance")
    return {part: int(line.get_attribute(f"data-{part}", timeout=SOON)) for part in PARTS}


def until_at_rest(page: Page, minimum: int) -> dict[str, int]:
    """The figures once that many were published, and nothing waits or has moved from one look to the next."""
    deadline = time.monotonic() + 300
    seen = [balance(page)]
    while not (len(seen) > 3 and all(a == b for a, b in pairwise(seen[-3:])) and seen[-1]["published"] >= minimum
               and seen[-1]["waiting"] == seen[-1]["held"] == seen[-1]["ready"] == 0):  # fmt: skip
        assert time.monotonic() < deadline, seen[-5:]
        page.wait_for_timeout(2500)  # the page asks every two seconds
        seen.append(balance(page))
    return seen[-1]


def in_the_databases(env: dict[str, str], since: UUID) -> tuple[int, int]:
    """How many messages RabbitMQ confirmed, and how many took effect, by plain SQL in each service's database."""
    sent, handled = 0, 0
    questions = {
        "monolith": ("outbox_outboxmessage WHERE sent_at IS NOT NULL", "inbox_receipt WHERE true"),
        "presentation_workflow": (
            "outbox_outboxmessage WHERE sent_at IS NOT NULL", "presentation_mailer_letter WHERE state = 'sent'",
        ),
        "attendees_microservice": (None, "inbox_receipt WHERE true"),
    }  # fmt: skip
    for service, (outbox, inbox) in questions.items():
        tables = [table for table in (outbox, inbox) if table]
        asked = "; ".join(
            f"c.execute('''SELECT count(*) FROM {table} AND message_id >= %s''', ['{since}']); print(c.fetchone()[0])"
            for table in tables
        )
        program = f"import os, psycopg2; c = psycopg2.connect(os.environ['DATABASE_URL']).cursor(); {asked}"
        counted = [int(line) for line in run("python", "-m", "native", "run", service, "python", "-c", program,
                                             env=env).split()]  # fmt: skip
        sent += counted[0] if outbox else 0
        handled += counted[-1]
    return sent, handled


def test_after_faults_the_page_the_broker_and_the_databases_say_the_same(board, approve, application):
    before = until_at_rest(board, 0)  # what came with the start is counted by then on all sides
    since = first_id(time.time())

    with ThreadPoolExecutor(1) as pool:
        load = pool.submit(approve, DECISIONS)
        press(board, "Kill one")
        expect(board.locator("#notice")).to_contain_text("was killed", timeout=SOON)
        press(board, "Stop it")
        expect(board.locator("#away")).to_contain_text("is away for", timeout=SOON)
        press(board, "Start it")
        expect(board.locator("#away")).to_be_hidden(timeout=2 * SOON)
        press(board, "Kill one")
        load.result()

    # An approval is published, and so is the news that its presenter was written to.
    after = until_at_rest(board, before["published"] + 2 * DECISIONS)
    grown = {part: after[part] - before[part] for part in PARTS}
    expect(board.locator("#balance")).to_contain_text("nothing is lost", timeout=SOON)
    assert grown["published"] == grown["handled"] + grown["ready"] + grown["held"] + grown["retry"] + grown["dead"]
    assert (grown["published"], grown["handled"]) == in_the_databases(application, since)
    assert after["ready"] + after["held"] + after["retry"] + after["dead"] == in_the_broker(application)


def in_the_broker(env: dict[str, str]) -> int:
    """All messages of our queues, once its own counters, which it renews every five seconds, have settled."""
    url = f"http://127.0.0.1:{env['RABBITMQ_MANAGEMENT_PORT']}/api/queues/%2F"
    counts: list[int] = []
    while len(counts) < 3 or len(set(counts[-3:])) > 1:
        queues = requests.get(url, auth=CREDENTIALS, timeout=30).json()
        counts.append(sum(each.get("messages", 0) for each in queues if not each["name"].startswith("lab.")))
        time.sleep(3)
    return counts[-1]


def test_messages_that_are_nowhere_are_told(board, approve, application):
    """A queue is emptied by hand: to the board that is a loss. It forgets it when it is started anew."""
    queue = "workflow.presentation_approvals"
    run("python", "-m", "native", "stop", "presentation_workflow", env=application)
    try:
        approve(3)
        expect(board.locator(f'[data-node="queue:{queue}"] [data-note]')).to_contain_text("3 ready", timeout=SOON)
        url = f"http://127.0.0.1:{application['RABBITMQ_MANAGEMENT_PORT']}/api/queues/%2F/{queue}/contents"
        requests.delete(url, auth=CREDENTIALS, timeout=30).raise_for_status()

        expect(board.locator("#balance")).to_contain_text("✘ 3 of them nowhere", timeout=SOON)
    finally:
        run("python", "-m", "native", "start", "presentation_workflow", env=application)
        for verb in ("stop", "start"):
            run("python", "-m", "native", verb, "lab", env=application)
        until(lambda: answers(f"http://127.0.0.1:{application['LAB_PORT']}/api/health/"))


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=10).ok
    except requests.ConnectionError:
        return False


def test_a_service_that_does_not_answer_is_told(board, application):
    run("python", "-m", "native", "stop", "presentation_workflow_outbox", env=application)
    try:
        expect(board.locator("#balance")).to_contain_text("workflow does not answer", timeout=SOON)
    finally:
        run("python", "-m", "native", "start", "presentation_workflow_outbox", env=application)
    expect(board.locator("#balance")).to_contain_text("nothing is lost", timeout=SOON)


def test_with_a_feed_broken_the_board_says_that_it_is_behind(board, application):
    """The management API goes away, and the broker stays: what is drawn grows old, and messages are still seen."""
    tell_the_broker(application, "application:stop(rabbitmq_management).")
    try:
        expect(board.locator("#live")).to_contain_text(re.compile(r"are as they were \d+ s ago"), timeout=SOON)
        board.keyboard.press("a")
        letter = board.locator("#lines tr", has_text="Your presentation has been accepted").first
        expect(letter).to_be_visible(timeout=SOON)
    finally:
        tell_the_broker(application, "application:start(rabbitmq_management).")
    expect(board.locator("#live")).to_have_text("live", timeout=SOON)


def tell_the_broker(env: dict[str, str], erlang: str) -> None:
    ports = dotenv_values(Path(env["RUN_DIR"]) / "ports")
    numbers = (int(ports[f"{name}_PORT"]) for name in ("RABBITMQ", "RABBITMQ_MANAGEMENT", "EPMD"))
    RabbitMQ(Path(env["RUN_DIR"]) / "rabbitmq", *numbers).control("eval", erlang)
