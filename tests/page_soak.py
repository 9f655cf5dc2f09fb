"""Looks at an open board for minutes while messages move: `python -m tests.page_soak`, where it runs natively.

Prints the page's memory and frames per second, and the lab's memory, once a minute, and at the end what is claimed of
them; ends with 1 if a claim does not hold. `ORGANISER_PASSWORD` is the organiser's, who approves.

There are two pages: one in which frames are counted, and one that nobody steers, whose memory is measured. In a page
that is steered the browser keeps what came over the network, for whoever wants to look at it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from math import ceil

import psutil
import requests
from playwright.sync_api import Page

from native import places, supervisor
from tests.end_to_end.chromium import FLAGS, chromium, program

TALK = {"presenter_name": "Ada", "presenter_email": "ada@example.com", "title": "T", "synopsis": "S"}
SETTLES = 5  # minutes after which the lab's memory may not grow any more
PAGE_MB, GROWTH, FRAMES = 150, 1.05, 50
MARKS = {True: "✔", False: "✘", None: "not measured, in so short a time:"}
COUNT_FRAMES = "window.frames_drawn = 0; (function one() { window.frames_drawn++; requestAnimationFrame(one); })()"


def main() -> int:
    """0 if all that is claimed holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--rate", type=int, default=20, help="messages a second; each approval is two")
    asked = parser.parse_args()
    env, stop = places.environment(), threading.Event()
    load = threading.Thread(target=_approve, args=(env["MONOLITH_URL"], asked.rate / 2, stop), daemon=True)
    with chromium() as browser, _left_alone(program(browser.browser_type), env["LAB_PAGE_URL"]) as alone:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(env["LAB_PAGE_URL"])
        page.evaluate(COUNT_FRAMES)
        load.start()
        parts = ceil(asked.minutes)
        rows = [_minute(page, alone, number + 1, 60 * asked.minutes / parts) for number in range(parts)]
        page.wait_for_timeout(3000)
        balance = page.locator("#balance").inner_text()
    stop.set()
    print(balance)
    return _judged(rows)


def _minute(page: Page, alone: psutil.Process, number: int, seconds: float) -> tuple[float, float, float]:
    """Megabytes of the page and of the lab at the end of these seconds, and frames a second in them."""
    before, started = page.evaluate("window.frames_drawn"), time.monotonic()
    page.wait_for_timeout(1000 * seconds)
    frames = (page.evaluate("window.frames_drawn") - before) / (time.monotonic() - started)
    found = _page_mb(alone), _lab_mb(), frames
    print(f"minute {number}: page {found[0]:.0f} MB, lab {found[1]:.0f} MB, {found[2]:.0f} frames/s", flush=True)
    return found


def _judged(rows: list[tuple[float, float, float]]) -> int:
    settled = rows[min(SETTLES, len(rows)) - 1][1]
    frames = sum(row[2] for row in rows) / len(rows)
    grows = rows[-1][1] > GROWTH * settled if len(rows) > SETTLES else None
    claims: dict[str, bool | None] = {
        f"the page stays under {PAGE_MB} MB": max(row[0] for row in rows) < PAGE_MB,
        f"the lab does not grow after {SETTLES} minutes": grows if grows is None else not grows,
        f"{FRAMES} frames a second are drawn": frames >= FRAMES,
    }
    for claim, holds in claims.items():
        print(f"{MARKS[holds]} {claim}")
    return int(False in claims.values())


@contextmanager
def _left_alone(path: str, url: str) -> Iterator[psutil.Process]:
    """A browser that shows the page, and nobody steers it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [path, "--headless", *FLAGS, f"--user-data-dir={profile}", "--window-size=1280,900", url]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
            yield psutil.Process(browser.pid)
            browser.terminate()


def _page_mb(browser: psutil.Process) -> float:
    """Memory that the page's own process shares with nobody; of the largest, where there are others beside it."""
    renderers = [each for each in browser.children(recursive=True) if "--type=renderer" in " ".join(each.cmdline())]
    return max(child.memory_full_info().uss for child in renderers) / 1e6


def _lab_mb() -> float:
    """Resident memory of the lab's processes."""
    (pid,) = [each["pid"] for each in supervisor.processes() if each["name"] == "lab"]
    lab = psutil.Process(pid)
    return sum(each.memory_info().rss for each in (lab, *lab.children(recursive=True))) / 1e6


def _approve(monolith: str, rate: float, stop: threading.Event) -> None:
    """Offer and approve talks at that rate a second, in step with the clock, as far as the machine follows."""
    log_in = {"username": "organiser", "password": os.environ["ORGANISER_PASSWORD"]}
    key = requests.post(f"{monolith}/api/token/", json=log_in, timeout=30).json()["token"]
    sessions = threading.local()

    def one() -> None:
        if not hasattr(sessions, "http"):
            sessions.http = requests.Session()
            sessions.http.headers["Authorization"] = f"Token {key}"
        offered = sessions.http.post(f"{monolith}/api/conferences/1/presentations/", json=TALK, timeout=30).json()
        sessions.http.put(f"{monolith}{offered['href']}approval/", timeout=30)

    started = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        for number in count():
            if stop.wait(max(0.0, started + number / rate - time.monotonic())):
                return
            pool.submit(one)


if __name__ == "__main__":
    sys.exit(main())
