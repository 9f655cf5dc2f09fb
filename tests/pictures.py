"""Takes the pictures of the docs from a running board: `python -m tests.pictures http://127.0.0.1:8002 docs/pictures`.

With `--moving`, one that moves instead: an approval, a burst, a broker that stops and comes back. With `--sizes`, each
page and state of it on a laptop, a wall and a telephone, by day and by night, to look at.
"""

import argparse
import io
import time
from itertools import pairwise
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.end_to_end.chromium import chromium

LONGEST = 1000  # milliseconds for which one picture of the moving one is shown
COLOURS = 64
SIZES = {"laptop": (1280, 720), "wall": (1920, 1080), "telephone": (390, 844)}
PATIENCE = 60_000  # milliseconds


def main() -> None:
    """Write board.png, board-dark.png, away.png, compare.png and why.png, and on request board.webp."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--moving", action="store_true")
    parser.add_argument("--sizes", action="store_true")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        if asked.moving:
            moving(opened(browser, asked.url), asked.folder)
        elif asked.sizes:
            in_all_sizes(browser, asked.url, asked.folder)
        else:
            still(browser, asked.url, asked.folder)


def still(browser: Browser, url: str, folder: Path) -> None:
    """The pictures that do not move."""
    page = opened(browser, url)
    page.keyboard.press("a")
    page.wait_for_selector("#dots .presentation-approved", timeout=PATIENCE)
    page.wait_for_timeout(260)
    page.keyboard.press(" ")
    save(page, folder / "board.png")
    page.keyboard.press("1")
    dark = opened(browser, url, "dark")
    press(dark, "Pause one")
    press(dark, "Approve 100")
    dark.wait_for_timeout(4000)
    save(dark, folder / "board-dark.png")
    press(dark, "Reset")
    press(page, "Stop it")
    page.wait_for_selector("#away:not([hidden])", timeout=PATIENCE)
    page.keyboard.press("a")
    page.wait_for_timeout(2500)
    save(page, folder / "away.png")
    press(page, "Start it")
    page.wait_for_selector("#away", state="hidden", timeout=PATIENCE)
    compared = opened(browser, f"{url}/compare/")
    for _ in range(6):
        compared.get_by_role("button", name="Change a conference").click()
        compared.wait_for_selector(".lane[data-way=poll].done", timeout=PATIENCE)
        compared.wait_for_selector("#change:not([disabled])", timeout=PATIENCE)
    compared.wait_for_timeout(3000)
    save(compared, folder / "compare.png")
    save(opened(browser, f"{url}/why/presentation/1"), folder / "why.png")


def in_all_sizes(browser: Browser, url: str, folder: Path) -> None:
    """An idle board, one message, a burst, a broker that is down, the wall's own view, and the other pages."""
    deed = opened(browser, url)
    pages = {
        (size, scheme): opened(browser, url, scheme, SIZES[size]) for size in SIZES for scheme in ("light", "dark")
    }

    def shoot(name: str, path: str = "") -> None:
        for (size, scheme), page in pages.items():
            if path:
                page.goto(f"{url}{path}")
                page.wait_for_timeout(1500)
            save(page, folder / f"{name}-{size}-{scheme}.png")

    shoot("idle")
    deed.keyboard.press("a")
    deed.wait_for_timeout(300)
    shoot("message")
    press(deed, "Slow one down")
    press(deed, "Approve 100")
    deed.wait_for_timeout(2500)
    shoot("burst")
    press(deed, "Reset")
    press(deed, "Stop it")
    deed.wait_for_selector("#away:not([hidden])", timeout=PATIENCE)
    deed.keyboard.press("a")
    deed.wait_for_timeout(3000)
    shoot("away")
    press(deed, "Start it")
    deed.wait_for_selector("#away", state="hidden", timeout=PATIENCE)
    shoot("wall-view", "/?big=1")
    for name in ("compare", "dead-letters", "log"):
        shoot(name, f"/{name}/")
    shoot("why", "/why/presentation/1")


def moving(page: Page, folder: Path) -> None:
    """An animated WebP of twenty seconds, as fast as it was, but for the wait for the broker."""
    frames: list[Image.Image] = []
    taken: list[float] = []

    def film(seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            taken.append(time.monotonic())
            shot = page.locator("#stage").screenshot()
            frames.append(Image.open(io.BytesIO(shot)).convert("RGB").resize((960, 437)))

    page.keyboard.press("a")
    film(4)
    press(page, "Change an account")
    film(3)
    press(page, "Approve 100")
    film(6)
    press(page, "Stop it")
    page.wait_for_selector("#away:not([hidden])", timeout=PATIENCE)
    page.keyboard.press("a")
    film(2)
    press(page, "Start it")
    page.wait_for_selector("#away", state="hidden", timeout=PATIENCE)
    film(4)
    lasted = [min(LONGEST, round(1000 * (then - now))) for now, then in pairwise(taken)]
    frames[0].save(
        folder / "board.webp", save_all=True, append_images=frames[1:], duration=[*lasted, LONGEST], loop=0, quality=45,
        method=4,
    )  # fmt: skip


def opened(browser: Browser, url: str, scheme: str = "light", size: tuple[int, int] = (1280, 880)) -> Page:
    """The page, in the size of a laptop's unless told otherwise."""
    viewport = {"width": size[0], "height": size[1]}
    page = browser.new_page(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(url)
    page.wait_for_timeout(2500)
    return page


def press(page: Page, words: str) -> None:
    """Press this button."""
    page.get_by_role("button", name=words, exact=True).click()


def save(page: Page, file: Path) -> None:
    """As a small PNG."""
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shot.quantize(COLOURS).save(file, optimize=True)


if __name__ == "__main__":
    main()
