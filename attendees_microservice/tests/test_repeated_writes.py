"""A registration that is sent again takes no second seat, and a change of what is no longer there is refused."""

import pytest

from attendees.actions import register
from attendees.models import Attendee
from web.idempotency.models import KeptAnswer

pytestmark = pytest.mark.django_db
GRACE = {"name": "Grace Hopper", "email": "grace@example.com", "company_name": "US Navy"}
KEY = {"Idempotency-Key": "a-key-of-ours"}


@pytest.mark.parametrize("path", ["/api/attendees/", "/api/conferences/3/attendees/"])
def test_a_registration_with_the_same_key_takes_one_seat_and_has_one_answer(browser, conference, path):
    first, again = (browser.post(path, GRACE | {"conference": 3}, format="json", headers=KEY) for _ in range(2))

    assert (first.status_code, again.status_code, Attendee.objects.count()) == (201, 201, 1)
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"


def test_without_a_key_the_second_is_refused(browser, conference):
    statuses = [
        browser.post("/api/attendees/", GRACE | {"conference": 3}, format="json").status_code for _ in range(2)
    ]  # fmt: skip

    assert (statuses, KeptAnswer.objects.count()) == ([201, 409], 0)


def test_a_key_with_another_body_is_refused(browser, conference):
    browser.post("/api/attendees/", GRACE | {"conference": 3}, format="json", headers=KEY)
    other = browser.post(
        "/api/attendees/", GRACE | {"conference": 3, "email": "g@example.com"}, format="json", headers=KEY
    )

    assert (other.status_code, other.json()["code"], Attendee.objects.count()) == (422, "key_of_another", 1)


def test_a_change_of_what_is_no_longer_there_is_refused(service, conference):
    path = register(3, **GRACE).href
    read = service.get(path)["ETag"]
    first = service.put(path, {"name": "Grace M. Hopper"}, format="json", headers={"If-Match": read})
    second = service.put(path, {"name": "G. Hopper"}, format="json", headers={"If-Match": read})

    assert (first.status_code, second.status_code, second.json()["code"]) == (200, 412, "changed_meanwhile")
    assert first["ETag"] == service.get(path)["ETag"] != read
    assert Attendee.objects.get().name == "Grace M. Hopper"
