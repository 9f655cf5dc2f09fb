"""The board in a real browser, over a real broker."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from dotenv import dotenv_values
from playwright.sync_api import Page, expect

from tests.end_to_end.conftest import press, run

SOON = 30_000  # milliseconds of patience; a machine may be busy


@pytest.fixture
def board(browser, application) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"http://127.0.0.1:{application['LAB_PORT']}/")
    expect(page.locator("#live")).to_have_text("live", timeout=SOON)
    yield page
    page.close()


def test_an_approval_is_a_dot_that_becomes_a_letter(board):
    board.keyboard.press("a")

    board.wait_for_selector("#dots .presentation-approved", state="attached", timeout=SOON)
    letter = board.locator("#lines tr", has_text="Your presentation has been accepted").first
    expect(letter).to_be_visible(timeout=SOON)
    letter.get_by_role("link").click()
    expect(board.locator("#story .letter")).to_contain_text("Dear Ada Board", timeout=SOON)
    expect(board.locator("#story")).to_contain_text("presentation_workflow")


def test_a_queue_that_somebody_binds_appears(board, application):
    def have_done(deeds: str) -> None:
        channel = (
            "import os, pika; q = pika.BlockingConnection(pika.URLParameters(os.environ['RABBITMQ_URL'])).channel();"
        )
        run("python", "-m", "native", "run", "monolith", "python", "-c", f"{channel} {deeds}", env=application)

    have_done("q.queue_declare('by.hand', durable=True); q.queue_bind('by.hand', 'account_info')")

    box = board.locator('[data-node="queue:by.hand"]')
    expect(box).to_be_visible(timeout=SOON)
    expect(board.locator('[data-edge="exchange:account_info→queue:by.hand"]')).to_be_attached()
    press(board, "Change an account")
    expect(box).to_contain_text("1 ready", timeout=SOON)
    have_done("q.queue_delete('by.hand')")
    expect(box).to_be_hidden(timeout=SOON)


def test_a_paused_worker_lets_its_queue_fill_until_it_goes_on(board):
    queue = board.locator('[data-node="queue:workflow.presentation_approvals"] [data-note]')
    press(board, "Pause one")
    expect(board.locator("#notice")).to_contain_text("is frozen", timeout=SOON)

    press(board, "Approve 100")

    expect(queue).to_have_text(re.compile(r"^[1-9]\d* ready"), timeout=2 * SOON)
    press(board, "Reset")
    expect(queue).to_have_text("empty", timeout=2 * SOON)


def test_a_worker_that_is_slowed_down_heals_by_its_undo(board):
    queue = board.locator('[data-node="queue:workflow.presentation_approvals"] [data-note]')
    press(board, "Slow one down")
    expect(board.locator("#notice")).to_contain_text("is slow", timeout=SOON)
    expect(board.locator("#broken")).to_contain_text("run at its own speed (by itself in", timeout=SOON)

    press(board, "Approve 100")

    expect(queue).to_have_text(re.compile(r"^[1-9]\d* ready"), timeout=2 * SOON)
    press(board, "Reset")
    expect(queue).to_have_text("empty", timeout=2 * SOON)
    expect(board.locator("#broken")).to_be_empty(timeout=SOON)


@pytest.mark.parametrize("deed", ["Approve a talk", "Change an account", "Change a conference", "Delete one",
                                  "Pause one", "Slow one down", "Kill one", "One more"])  # fmt: skip
def test_every_deed_can_be_undone(board, deed):
    board.get_by_role("button", name=deed).click()
    undo = board.locator("#notice").get_by_role("button", name=re.compile("^Undo: "))
    expect(undo).to_be_visible(timeout=SOON)

    undo.click()

    expect(board.locator("#notice")).to_contain_text("Undone: ", timeout=SOON)


@contextmanager
def noting_when(answers: bool, application: dict[str, str]) -> Iterator[Callable[[], float]]:
    """The moment from which the broker's port takes connections, or takes none any more."""
    port = int(dotenv_values(Path(application["RUN_DIR"]) / "ports")["RABBITMQ_PORT"])
    moments: list[float] = []

    def look() -> None:
        while not moments:
            with socket.socket() as asked:
                if (asked.connect_ex(("127.0.0.1", port)) == 0) is answers:
                    moments.append(time.time())
            time.sleep(0.01)

    looking = threading.Thread(target=look)
    looking.start()
    yield lambda: moments[0]
    looking.join()


def test_a_broker_that_is_stopped_is_shown_and_nothing_is_lost(board, application):
    with noting_when(answers=False, application=application) as gone:
        press(board, "Stop it")
        expect(board.locator("#away")).to_contain_text(re.compile("was told to stop|is away for"), timeout=SOON)
        expect(board.locator("#away")).to_contain_text("is away for", timeout=SOON)
        shown = time.time()
    print(f"that the broker was away was shown {shown - gone():.2f} s after its port closed")
    board.keyboard.press("a")
    expect(board.locator('[data-node="producer:monolith"] [data-note]')).to_have_text(
        re.compile(r"outbox: [1-9]"), timeout=SOON
    )

    with noting_when(answers=True, application=application) as back:
        press(board, "Start it")
        expect(board.locator("#away")).to_be_hidden(timeout=3 * SOON)
        shown = time.time()
    print(f"that it was back was shown {shown - back():.2f} s after its port opened")

    expect(board.locator('[data-node="producer:monolith"] [data-note]')).to_have_text("outbox: empty", timeout=3 * SOON)
    expect(board.locator("#lines tr", has_text="Your presentation has been accepted").first).to_be_visible(timeout=SOON)


def test_a_worker_is_paused_and_goes_on_by_the_keyboard_alone(board):
    def tab_to(words: str) -> None:
        for _ in range(60):
            board.keyboard.press("Tab")
            if words in board.evaluate("document.activeElement.textContent"):
                return
        pytest.fail(f"the Tab key does not lead to {words!r}")

    tab_to("Pause one")
    board.keyboard.press("Enter")
    expect(board.locator("#notice")).to_contain_text("is frozen", timeout=SOON)
    tab_to("Undo: ")
    board.keyboard.press("Enter")

    expect(board.locator("#notice")).to_contain_text("Undone: ", timeout=SOON)


def test_a_button_works_as_soon_as_it_is_there(board):
    board.evaluate("""() => new MutationObserver((_, observer) => {
        const undo = document.querySelector("#notice button")
        if (undo) { observer.disconnect(); undo.click() }
    }).observe(document.querySelector("#notice"), {childList: true, subtree: true})""")

    press(board, "Pause one")

    expect(board.locator("#notice")).to_contain_text("Undone: ", timeout=SOON)


def test_on_a_laptop_every_button_is_in_sight(browser, application):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"http://127.0.0.1:{application['LAB_PORT']}/")
    expect(page.locator("#live")).to_have_text("live", timeout=SOON)
    expect(page.locator('[data-node="queue:workflow.presentation_rejections"]')).to_be_visible(timeout=SOON)

    boxes = [button.bounding_box() for button in page.locator(".deeds button, .tools button").all()]

    assert len(boxes) == 16
    assert max(box["y"] + box["height"] for box in boxes) <= 720
    stage = page.locator("#stage").bounding_box()
    assert stage["y"] + stage["height"] <= min(box["y"] for box in boxes[5:])  # and none is over the picture
    page.close()


def test_for_a_wall_there_is_no_log_and_larger_type(board, application):
    before = board.locator("#notice").evaluate("each => parseFloat(getComputedStyle(each).fontSize)")

    board.goto(f"http://127.0.0.1:{application['LAB_PORT']}/?big=1")

    expect(board.locator("#live")).to_have_text("live", timeout=SOON)
    expect(board.locator("#lines")).to_be_hidden()
    assert board.locator("#notice").evaluate("each => parseFloat(getComputedStyle(each).fontSize)") >= 1.9 * before


def test_every_name_fits_its_box(board):
    expect(board.locator('[data-node="queue:workflow.presentation_rejections"]')).to_be_visible(timeout=SOON)

    too_long = board.locator("#picture .node").evaluate_all("""boxes => boxes.filter(box => {
        const name = box.querySelector(".label").getBoundingClientRect();
        const rect = box.querySelector("rect").getBoundingClientRect();
        return name.right > rect.right || name.left < rect.left;
    }).map(box => box.dataset.node)""")

    assert too_long == []


def test_one_change_arrives_by_both_ways_and_each_says_how_late(browser, application):
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{application['LAB_PORT']}/compare/")
    page.get_by_label("every").fill("1")
    page.get_by_label("every").blur()
    expect(page.locator("#taken")).to_have_text("✔ delta, every 1 s", timeout=SOON)

    press(page, "Change a conference")

    for way in ("push", "poll"):
        expect(page.locator(f'[data-way="{way}"].done output')).to_have_text(re.compile(r"^\d+ ms$"), timeout=2 * SOON)
    expect(page.locator(".sentence")).to_contain_text("Messages arrive in", timeout=SOON)
    page.close()
