"""The API in a browser: buttons decide, forms keep what was typed, and nothing is pushed out of sight."""

import pytest
from playwright.sync_api import Page, expect

from tests.end_to_end.conftest import ROOT

SCREENSHOTS = ROOT / ".run" / "screenshots"


@pytest.fixture(scope="module")
def monolith(application):
    return f"http://127.0.0.1:{application['MONOLITH_PORT']}"


@pytest.fixture(scope="module", params=["light", "dark"])
def page(application, browser, monolith, request):
    context = browser.new_context(viewport={"width": 1280, "height": 720}, color_scheme=request.param)
    page = context.new_page()
    page.scheme = request.param
    page.goto(f"{monolith}/admin/login/?next=/api/")
    page.get_by_label("Username").fill("organiser")
    page.get_by_label("Password").fill(application["ORGANISER_PASSWORD"])
    page.get_by_role("button", name="Log in").click()
    yield page
    context.close()


def picture(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{page.scheme}.png", full_page=True)


def is_too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def test_from_a_conference_to_an_approval(page, monolith):
    page.goto(f"{monolith}/api/conferences/")
    page.locator(".response-info a", has_text="/api/conferences/").first.click()
    picture(page, "browse-conference")
    page.get_by_role("link", name="Presentations").click()
    page.locator("[name=presenter_name]").fill("Ada")
    page.locator("[name=presenter_email]").fill("ada@example.com")
    page.locator("[name=title]").fill("Notes")
    page.locator("[name=synopsis]").fill("On the engine")
    page.get_by_role("button", name="POST", exact=True).click()
    expect(page.locator(".response-info")).to_contain_text("HTTP 201")
    expect(page.locator("[name=title]")).to_have_value("")
    page.locator(".response-info a", has_text="/api/presentations/").click()
    picture(page, "browse-presentation")

    page.get_by_role("button", name="Approve").click()

    expect(page.locator(".response-info")).to_contain_text("APPROVED")
    assert not is_too_wide(page)


def test_a_refused_form_shows_what_was_typed(page, monolith):
    page.goto(f"{monolith}/api/locations/")
    page.locator("[name=name]").fill("Typed in vain")
    page.locator("[name=room_count]").evaluate("each => each.type = 'text'")
    page.locator("[name=room_count]").fill("many")

    page.get_by_role("button", name="POST", exact=True).click()

    expect(page.locator(".response-info")).to_contain_text("HTTP 400")
    expect(page.locator("[name=name]")).to_have_value("Typed in vain")
    expect(page.locator(".has-error [name=room_count]")).to_be_visible()
    picture(page, "browse-refused")


def test_the_outbox_is_read_without_scrolling_sideways(page, monolith):
    page.goto(f"{monolith}/admin/outbox/outboxmessage/")

    table = page.locator("#result_list")
    for heading in ("body", "sent at", "attempts", "last error"):
        expect(table.get_by_role("columnheader", name=heading)).to_be_in_viewport(ratio=1)
    picture(page, "admin-outbox")


@pytest.mark.parametrize(("path", "name"), [("/api/bill/", "bill"), ("/nothing/", "nothing")])
def test_a_page_is_no_wider_than_the_window(page, monolith, path, name):
    page.goto(f"{monolith}{path}")

    picture(page, f"page-{name}")
    assert not is_too_wide(page)


def test_attendees_shows_its_lags_as_a_table(page, application):
    page.goto(f"http://127.0.0.1:{application['ATTENDEES_PORT']}/api/sync/")

    expect(page.get_by_role("columnheader", name="half came within")).to_be_visible()
    picture(page, "page-sync")
    assert not is_too_wide(page)


def test_swagger_shows_a_padlock_only_where_a_log_in_is_needed(page, monolith):
    page.goto(f"{monolith}/api/docs/")
    expect(page.locator(".opblock").first).to_be_visible()

    locked = page.locator(".opblock:has(.authorization__btn)").evaluate_all("all => all.map(each => each.id)")

    names = {each.rpartition("-")[2] for each in locked}
    assert {"approve_presentation", "change_conference", "list_accounts", "revoke_token"} <= names
    assert names & {"list_conferences", "show_conference", "offer_presentation", "log_in", "sign_up"} == set()
