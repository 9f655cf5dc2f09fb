"""What is not there, or cannot be done, is a page of ours for people and JSON for programs, also while DEBUG is on."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(params=[True, False], ids=["debug", "production"])
def visitor(settings, request):
    settings.DEBUG = request.param
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("path", ["/nothing/", "/api/nothing/", "/first-message/99999/"])
def test_a_path_that_leads_nowhere_says_so_on_a_page_of_ours(visitor, settings, path, organiser):
    visitor.force_login(organiser)

    answer = visitor.get(path, headers=BROWSER)

    page = answer.content.decode()
    assert (answer.status_code, "There is nothing here" in page, 'href="/"' in page) == (404, True, True)
    assert "URLconf" not in page


@pytest.mark.parametrize("path", ["/nothing/", "/api/nothing/"])
def test_a_program_is_told_in_json(visitor, path):
    assert visitor.get(path).json()["code"] == "not_found"


def test_a_method_that_a_page_does_not_take_is_named(visitor):
    page, program = visitor.get("/first-message/", headers=BROWSER), visitor.get("/first-message/")

    assert (page.status_code, program.status_code, page.headers["Allow"]) == (405, 405, "POST, OPTIONS")
    assert "This cannot be done here" in page.content.decode()
    assert program.json()["code"] == "method_not_allowed"


def test_browsers_that_ask_for_an_icon_find_it(visitor):
    answer = visitor.get("/favicon.ico")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/static/pages/icon.svg")
