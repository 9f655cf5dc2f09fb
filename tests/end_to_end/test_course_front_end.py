"""A page as learners of the course have it: from an origin of its own, without a log-in (tests/course/front_end.*)."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.faults.patience import until


@pytest.fixture
def monolith(open_application) -> str:
    return f"http://localhost:{open_application['MONOLITH_PORT']}"


@pytest.fixture
def attendees(open_application) -> str:
    return f"http://localhost:{open_application['ATTENDEES_PORT']}"


@pytest.fixture
def page(browser, front_end, monolith, attendees) -> Iterator[Page]:
    """The front end, once its lists are there."""
    page = browser.new_page()
    page.goto(f"{front_end}/front_end.html?monolith={monolith}&attendees={attendees}")
    expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    yield page
    page.close()


def fill(page: Page, form: str, **fields: str) -> str:
    """Send a form, as a person does; what the page says then."""
    said = page.locator("#done li")
    before = said.count()
    for name, value in fields.items():
        field = page.locator(f"#{form} [name={name}]")
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    page.locator(f"#{form} button").click()
    expect(said).to_have_count(before + 1)
    return said.last.inner_text()


def got(url: str) -> dict:
    return requests.get(url, timeout=10).json()


def test_its_selects_have_the_states_locations_and_conferences(page, monolith):
    def options(select: str) -> list[str]:
        return page.locator(f"{select} option").all_inner_texts()

    assert len(options("#state")) == 51
    assert options("#location") == [each["name"] for each in got(f"{monolith}/api/locations/")["locations"]]
    conferences = [each["name"] for each in got(f"{monolith}/api/conferences/")["conferences"]]
    assert options("#create-attendee-form .conferences") == conferences
    assert conferences


def test_it_makes_a_location_a_conference_in_it_a_talk_for_that_and_somebody_who_attends(page, monolith, attendees):
    hall = {"name": "Fort Mason", "room_count": "12", "city": "San Francisco", "state": "California"}
    assert fill(page, "create-location-form", **hall).startswith("create-location-form made /api/locations/")

    plan = {
        "name": "FrontDay", "starts": "2030-05-01", "ends": "2030-05-03", "description": "Forms.",
        "max_presentations": "5", "max_attendees": "50", "location": "Fort Mason",
    }  # fmt: skip
    conference = fill(page, "create-conference-form", **plan).split()[-1]
    assert got(f"{monolith}{conference}")["conference"]["location"]["name"] == "Fort Mason"

    talk = {
        "presenter_name": "Ada", "presenter_email": "ada@front.example.com", "company_name": "Engines",
        "title": "On forms", "synopsis": "They post.", "conference": "FrontDay",
    }  # fmt: skip
    presentation = fill(page, "create-presentation-form", **talk).split()[-1]
    assert got(f"{monolith}{presentation}")["conference"]["href"] == conference

    known = f"{attendees}/api/conferences/"
    assert until(lambda: "FrontDay" in [each["name"] for each in got(known)["conferences"]], 20)
    somebody = {"name": "Grace", "email": "grace@front.example.com", "conference": "FrontDay"}
    attendee = fill(page, "create-attendee-form", **somebody).split()[-1]
    assert got(f"{attendees}{attendee}")["conference"]["import_href"] == conference


def test_a_page_of_an_origin_that_is_not_listed_reads_nothing(browser, front_end, monolith):
    page = browser.new_page()
    page.goto(front_end.replace("localhost", "127.0.0.1") + "/front_end.html?monolith=" + monolith)

    refused = page.evaluate("url => fetch(url).then(() => 'read', error => error.name)", f"{monolith}/api/states/")

    assert refused == "TypeError"
    page.close()
