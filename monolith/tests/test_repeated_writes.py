"""A write that is sent again has no second effect, and one made from what is no longer there is refused."""

import uuid
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient
from samples import HALL, TALK, a_plan, forget_published, published

from accounts.models import Account
from events.models import Conference, Location
from presentations.models import Presentation
from web.idempotency.keys import KEPT_FOR
from web.idempotency.models import KeptAnswer

pytestmark = pytest.mark.django_db
EVA = {
    "username": "eva",
    "email": "eva@example.com",
    "password": "long-enough-8",
    "first_name": "Eva",
    "last_name": "L",
}


def keyed() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


@pytest.fixture
def posts(conference, location) -> list[tuple[str, dict, type]]:
    """Every POST that makes something: where, what, and of which kind."""
    plan = a_plan(location.pk)
    return [
        ("/api/conferences/", plan, Conference),
        ("/api/locations/", HALL | {"name": "Other"}, Location),
        (f"{conference.href}presentations/", TALK, Presentation),
        ("/api/accounts/", EVA, Account),
    ]


def test_each_post_with_the_same_key_has_one_effect_and_the_same_answer(desk, posts):
    for path, body, kind in posts:
        before, headers = kind.objects.count(), keyed()
        first = desk.post(path, body, format="json", headers=headers)
        again = desk.post(path, body, format="json", headers=headers)

        assert first.status_code == again.status_code == 201, first.json()
        assert first.json() == again.json()
        assert (first.has_header("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (False, "true")
        assert kind.objects.count() == before + 1


def test_what_is_announced_is_announced_once(desk, location):
    forget_published()
    headers = keyed()
    for _ in range(2):
        desk.post("/api/conferences/", a_plan(location.pk), format="json", headers=headers)

    assert [kind for kind, _ in published()] == ["conference.changed"]


def test_a_key_with_another_body_is_refused(desk, conference):
    headers = keyed()
    desk.post(f"{conference.href}presentations/", TALK, format="json", headers=headers)
    other = desk.post(f"{conference.href}presentations/", TALK | {"title": "Other"}, format="json", headers=headers)

    assert (other.status_code, other.json()["code"]) == (422, "key_of_another")


def test_a_key_belongs_to_one_account_and_one_path(desk, ada_browser, conference):
    headers = keyed()
    for client in (desk, ada_browser):
        assert client.post(f"{conference.href}presentations/", TALK, format="json", headers=headers).status_code == 201

    assert Presentation.objects.count() == 2


def test_what_was_refused_may_be_sent_again_in_better_words(desk, conference):
    headers = keyed()
    bad = desk.post(f"{conference.href}presentations/", TALK | {"title": ""}, format="json", headers=headers)
    good = desk.post(f"{conference.href}presentations/", TALK, format="json", headers=headers)

    assert (bad.status_code, good.status_code) == (400, 201)


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_that_is_none_is_refused_and_nothing_happens(desk, conference, key):
    answer = desk.post(
        f"{conference.href}presentations/", TALK, format="json", headers={"Idempotency-Key": key}
    )  # fmt: skip

    assert (answer.status_code, Presentation.objects.count()) == (400, 0)


def test_an_answer_is_kept_for_a_day_and_holds_no_password(desk):
    headers = keyed()
    desk.post("/api/accounts/", EVA, format="json", headers=headers)
    (kept,) = KeptAnswer.objects.all()
    assert EVA["password"].encode() not in bytes(kept.body)

    KeptAnswer.objects.update(kept_at=timezone.now() - KEPT_FOR - timedelta(seconds=1))
    assert desk.post("/api/accounts/", EVA, format="json", headers=headers).status_code == 409
    desk.post("/api/accounts/", EVA | {"email": "e@f.example", "username": "e"}, format="json", headers=keyed())
    assert KeptAnswer.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_many_at_once_with_one_key_one_has_an_effect(organiser, conference):
    start, answers, headers = Barrier(6), [], keyed()

    def send() -> None:
        client = APIClient()
        client.force_authenticate(organiser)
        start.wait()
        answer = client.post(f"{conference.href}presentations/", TALK, format="json", headers=headers)
        answers.append((answer.status_code, answer.json().get("code")))
        connection.close()

    threads = [Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Presentation.objects.count() == 1
    assert set(answers) <= {(201, None), (409, "still_at_work")}
    assert (201, None) in answers


@pytest.fixture
def details(conference, location, presentation, ada) -> list[tuple[str, dict]]:
    """Everything that has an address of its own, and a change of it."""
    return [
        (conference.href, {"name": "Other"}),
        (location.href, {"name": "Other"}),
        (presentation.href, {"title": "Other"}),
        (f"/api/accounts/{ada.email}/", {"first_name": "Augusta"}),
    ]


def test_a_change_of_what_was_read_is_taken_and_one_of_what_was_there_before_refused(desk, details):
    for path, change in details:
        read = desk.get(path)["ETag"]
        first = desk.put(path, change, format="json", headers={"If-Match": read})
        second = desk.put(path, change, format="json", headers={"If-Match": read})

        assert (first.status_code, second.status_code) == (200, 412), path
        assert second.json()["code"] == "changed_meanwhile"
        assert first["ETag"] == desk.get(path)["ETag"] != read


def test_a_change_without_or_with_any_precondition_is_taken(desk, conference):
    for headers in ({}, {"If-Match": "*"}):
        assert desk.put(conference.href, {"name": "Other"}, format="json", headers=headers).status_code == 200


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_many_changes_of_the_same_reading_one_is_taken(organiser, conference):
    start, statuses = Barrier(6), []
    client = APIClient()
    client.force_authenticate(organiser)
    read = client.get(conference.href)["ETag"]

    def change(number: int) -> None:
        client = APIClient()
        client.force_authenticate(organiser)
        start.wait()
        answer = client.put(conference.href, {"name": f"N{number}"}, format="json", headers={"If-Match": read})
        statuses.append(answer.status_code)
        connection.close()

    threads = [Thread(target=change, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200, 412, 412, 412, 412, 412]
