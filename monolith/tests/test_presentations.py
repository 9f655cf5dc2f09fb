import pytest
from samples import TALK, published

from presentations.models import Presentation

pytestmark = pytest.mark.django_db


def detail(presentation):
    conference = presentation.conference
    return {
        "href": f"/api/presentations/{presentation.pk}/",
        "presenter_name": presentation.presenter_name,
        "company_name": presentation.company_name,
        "presenter_email": presentation.presenter_email,
        "title": presentation.title,
        "synopsis": presentation.synopsis,
        "created": presentation.created.isoformat().replace("+00:00", "Z"),
        "status": presentation.status,
        "notified": None,
        "conference": {
            "href": f"/api/conferences/{conference.pk}/",
            "id": conference.pk,
            "name": conference.name,
        },
    }


def test_the_list_of_a_conference(browser, presentation):
    answer = browser.get(f"/api/conferences/{presentation.conference_id}/presentations/")

    row = {"href": f"/api/presentations/{presentation.pk}/", "title": "The first bug", "status": "SUBMITTED"}
    assert answer.json() == {"presentations": [row]}


def test_anyone_may_offer_a_presentation_and_nobody_is_told(browser, conference):
    answer = browser.post(f"/api/conferences/{conference.pk}/presentations/", TALK, format="json")

    assert (answer.status_code, answer.json()) == (201, detail(Presentation.objects.get()))
    assert answer.json()["status"] == "SUBMITTED"
    assert published() == []


def test_nobody_decides_by_offering(browser, conference):
    offer = TALK | {"status": "APPROVED", "conference": 99}

    answer = browser.post(f"/api/conferences/{conference.pk}/presentations/", offer, format="json")

    assert (answer.json()["status"], answer.json()["conference"]["id"]) == ("SUBMITTED", conference.pk)


@pytest.mark.parametrize("company", [{}, {"company_name": None}, {"company_name": ""}])
def test_a_presenter_needs_no_company(browser, conference, company):
    offer = {name: value for name, value in TALK.items() if name != "company_name"} | company

    answer = browser.post(f"/api/conferences/{conference.pk}/presentations/", offer, format="json")

    assert (answer.status_code, answer.json()["company_name"]) == (201, company.get("company_name"))


def test_the_detail(browser, presentation):
    assert browser.get(f"/api/presentations/{presentation.pk}/").json() == detail(presentation)


def test_a_change_may_name_some_fields_only_and_never_the_status(desk, presentation):
    change = {"title": "The second bug", "status": "APPROVED"}

    answer = desk.put(f"/api/presentations/{presentation.pk}/", change, format="json")

    changed = Presentation.objects.get()
    assert (answer.status_code, answer.json()) == (200, detail(changed))
    assert (changed.title, changed.synopsis, changed.status) == ("The second bug", "It was a moth.", "SUBMITTED")


def test_it_can_be_deleted(desk, presentation):
    answer = desk.delete(f"/api/presentations/{presentation.pk}/")

    assert (answer.status_code, answer.json()) == (200, {"deleted": True})
    assert desk.delete(f"/api/presentations/{presentation.pk}/").status_code == 404


@pytest.mark.parametrize("path", ["approval", "rejection"])
def test_a_decision_is_answered_with_the_detail(desk, presentation, path):
    answer = desk.put(f"/api/presentations/{presentation.pk}/{path}/")

    assert (answer.status_code, answer.json()) == (200, detail(Presentation.objects.get()))
