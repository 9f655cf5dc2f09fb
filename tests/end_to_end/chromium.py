"""Debian's Chromium, driven by Playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserType, sync_playwright

from native import installation

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",  # as root there is none
    "--disable-gpu", "--disable-quic", "--no-first-run",
    # a browser that looks for its maker's hosts makes pages of our own wait, where there is no way out
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


class BrowserMissing(Exception):
    """There is no Chromium, and it cannot be installed without you."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window. Raises BrowserMissing."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(playwright.chromium), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def program(kind: BrowserType) -> str:
    """Where Chromium is; it is installed where that can be done. Raises BrowserMissing."""
    return _found(Path(kind.executable_path)) or _installed()


def _found(of_playwright: Path) -> str | None:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or (str(of_playwright) if of_playwright.exists() else None)


def _installed() -> str:
    if not installation.may_install():
        raise BrowserMissing(
            "No Chromium is installed. Type one of these, then try again:\n"
            "  sudo apt-get install --no-install-recommends chromium    (Debian)\n"
            "  .venv/bin/playwright install chromium                    (elsewhere)"
        )
    trouble = installation.apt_install("chromium")
    if trouble or not (program := shutil.which("chromium")):
        raise BrowserMissing(f"apt-get could not install chromium:\n{trouble}")
    return program
