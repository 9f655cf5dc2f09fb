"""The pages as people see them, on a desk and on a telephone; pictures of them are kept in .run/screenshots."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request, expect

from tests.end_to_end.conftest import ROOT

SCREENSHOTS = ROOT / ".run" / "screenshots"
SOON = 30_000  # milliseconds of patience; a machine may be busy
SIZES = {"desk": (1280, 720), "telephone": (390, 844)}
OURS = {
    "start": "monolith/",
    "board": "lab/",
    "log": "lab/log/",
    "messages": "monolith/messages/docs/",
    "attendees": "attendees/",
    "compare": "lab/compare/",
    "why": "lab/why/presentation/1",
}
MADE_BY_OTHERS = {
    "api-root": "monolith/api/",
    "api-conferences": "monolith/api/conferences/",
    "api-conference": "monolith/api/conferences/1/",
    "api-attendees": "attendees/api/attendees/",
    "swagger": "monolith/api/docs/",
    "swagger-attendees": "attendees/api/docs/",
    "admin": "monolith/admin/",
    "admin-presentations": "monolith/admin/presentations/presentation/",
    "admin-conference": "monolith/admin/events/conference/add/",
}


@dataclass
class Window:
    """A browser's window of one size, logged in as organiser, and what went wrong in it."""

    size: str
    page: Page
    hosts: dict[str, str]
    errors: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def open(self, where: str) -> None:
        """Show a page, `service/path`, and wait until it is complete."""
        service, _, path = where.partition("/")
        self.page.goto(f"{self.hosts[service]}/{path}")
        if where == "lab/":  # which never stops being told
            expect(self.page.locator("#live")).to_have_text("live", timeout=SOON)
        else:
            self.page.wait_for_load_state("networkidle")
        self.errors.clear()

    def picture(self, name: str) -> None:
        """Keep what it shows, down to the end of the page."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}-{self.size}.png", full_page=True)

    def barriers(self) -> list[dict[str, Any]]:
        """What keeps somebody from using the page, by axe."""
        found = Axe().run(self.page).response["violations"]
        return [{"rule": each["id"], "impact": each["impact"], "where": _where(each)} for each in found]

    def is_too_wide(self) -> bool:
        """Whether the page must be pushed sideways to be read."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))

    def dead_links(self) -> list[str]:
        """Where its links lead to nothing."""
        links = self.page.locator("a[href]").evaluate_all("all => [...new Set(all.map(each => each.href))]")
        return [link for link in links if not self.page.request.get(link).ok]

    def note(self, message: ConsoleMessage) -> None:
        """Remember an error; pages made by others name no icon, so that browsers ask for one where none is."""
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            self.errors.append(message.text)

    def note_host(self, request: Request) -> None:
        """Remember who is asked."""
        self.asked.add(urlsplit(request.url).netloc)


def _where(violation: dict[str, Any]) -> list[str]:
    return [target for node in violation["nodes"] for target in node["target"]][:3]


@pytest.fixture(scope="module", params=SIZES)
def window(request, browser, application) -> Iterator[Window]:
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    hosts = {
        "monolith": f"http://localhost:{application['MONOLITH_PORT']}",
        "attendees": f"http://localhost:{application['ATTENDEES_PORT']}",
        "lab": f"http://127.0.0.1:{application['LAB_PORT']}",
    }
    window = Window(request.param, page, hosts)
    page.on("console", window.note)
    page.on("request", window.note_host)
    window.open("monolith/admin/login/?next=/")
    page.get_by_label("Username").fill("organiser")
    page.get_by_label("Password").fill(application["ORGANISER_PASSWORD"])
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(f"{hosts['monolith']}/")
    yield window
    context.close()


@pytest.mark.parametrize("name", OURS)
def test_a_page_of_ours_can_be_read_and_used_by_everyone(window, name):
    window.page.emulate_media(color_scheme="light")
    window.open(OURS[name])
    window.picture(name)
    by_day = window.barriers()
    dead = window.dead_links()
    window.page.emulate_media(color_scheme="dark")
    window.picture(f"{name}-dark")
    by_night = window.barriers()
    window.page.emulate_media(color_scheme="light")

    assert (by_day, by_night, dead, window.errors, window.is_too_wide()) == ([], [], [], [], False)


def test_the_button_of_the_start_page_leads_to_the_board_with_the_message_chosen(window):
    window.open("monolith/")

    window.page.get_by_role("button", name="Send a first message").click()

    expect(window.page).to_have_url(re.compile(rf"^{window.hosts['lab']}/\?message="))
    story = window.page.locator("#story")
    expect(story.get_by_role("heading", level=2)).to_have_text("It arrived.", timeout=SOON)
    expect(story).to_contain_text("It arrived: the letter to first-")
    window.picture("first-message-on-the-board")
    assert (window.barriers(), window.errors, window.is_too_wide()) == ([], [], False)

    number = re.search(r"presentation/(\d+) is APPROVED", story.inner_text())[1]
    window.open(f"monolith/first-message/{number}/")
    expect(window.page.get_by_role("status")).to_contain_text("ms after the approval")
    window.picture("first-message")
    assert (window.barriers(), window.errors, window.is_too_wide()) == ([], [], False)


@pytest.mark.parametrize("name", MADE_BY_OTHERS)
def test_a_page_made_by_others_is_shown_whole(window, name):
    window.open(MADE_BY_OTHERS[name])

    window.picture(name)
    # Not ours to mend, but to know of.
    (SCREENSHOTS / f"{name}-{window.size}.axe.json").write_text(json.dumps(window.barriers(), indent=1))
    assert (window.page.title() != "", window.errors, window.is_too_wide()) == (True, [], False)


def test_a_form_of_the_browsable_api_adds_a_location(window):
    window.open("monolith/api/locations/")
    page = window.page
    form = page.locator("#post-object-form form")
    for name, value in {"name": f"Fort {window.size}", "city": "San Francisco", "room_count": "12"}.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("[name=state]").select_option("CA")

    form.get_by_role("button", name="POST").click()

    expect(page.locator(".response-info")).to_contain_text("HTTP 201 Created")
    window.picture("api-posted")


def test_the_admin_approves_a_presentation(window):
    window.open("monolith/admin/presentations/presentation/?status__exact=SUBMITTED")
    page = window.page
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_label("Action:").select_option("approve")

    page.get_by_role("button", name="Go").click()

    expect(page.locator(".messagelist")).to_contain_text("is APPROVED; its presenter is written to.")
    window.picture("admin-approved")


def test_swagger_tries_out_a_request(window):
    window.open("monolith/api/docs/")
    operation = window.page.locator("[id$=show_health]")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()

    operation.get_by_role("button", name="Execute").click()

    expect(operation.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
    window.picture("swagger-tried-out")


def test_no_page_asks_any_other_host(window):
    assert window.asked <= {urlsplit(host).netloc for host in window.hosts.values()}
