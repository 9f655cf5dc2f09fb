"""What happens at the same time: real threads, real transactions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from samples import forget_published, published

from accounts import actions as accounts
from accounts.models import Account
from events import actions as events
from events.models import Conference
from presentations import actions
from presentations.models import Presentation
from presentations.refusals import AlreadyDecided

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each returned or raised."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait(timeout=10)
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test compares it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_two_opposite_decisions_one_is_taken_and_published(presentation):
    forget_published()

    results = at_once(lambda: actions.approve(presentation.pk), lambda: actions.reject(presentation.pk))

    status = Presentation.objects.get().status
    assert [type(result) for result in results].count(AlreadyDecided) == 1
    assert [type_ for type_, _ in published()] == [f"presentation.{status.lower()}"]


def test_a_double_click_publishes_once(presentation):
    forget_published()

    at_once(*[lambda: actions.approve(presentation.pk)] * 4)

    assert [type_ for type_, _ in published()] == ["presentation.approved"]


def test_each_change_of_an_account_is_a_revision_of_its_own(ada):
    forget_published()

    at_once(*[lambda name=name: accounts.change("ada@example.com", first_name=name) for name in "ABCD"])

    bodies = [body for _, body in published()]
    assert sorted(body["revision"] for body in bodies) == [2, 3, 4, 5]
    assert (Account.objects.get().revision, Account.objects.get().first_name) == (5, bodies[-1]["first_name"])


def test_so_is_each_save_of_the_admin_or_a_shell(ada):
    forget_published()

    at_once(*[Account.objects.get().save for _ in range(4)])

    assert sorted(body["revision"] for _, body in published()) == [2, 3, 4, 5]


def test_each_change_of_a_conference_is_a_revision_of_its_own(conference):
    at_once(*[lambda number=number: events.change(conference.pk, max_attendees=number) for number in range(4)])

    bodies = [body for _, body in published()]
    assert [body["revision"] for body in bodies] == [2, 3, 4, 5]
    assert Conference.objects.get().max_attendees == bodies[-1]["max_attendees"]


def test_a_conference_planned_where_the_location_was_just_deleted_is_a_conflict(desk, location):
    body = {
        "name": "Late", "starts": "2030-01-01", "ends": "2030-01-02", "description": "d",
        "max_presentations": 1, "max_attendees": 1, "location": location.pk,
    }  # fmt: skip
    location_deleted = Barrier(2)

    def delete_between_check_and_commit(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "events_conference"'):
            location_deleted.wait(timeout=10)
            location_deleted.wait(timeout=10)
        return execute(sql, params, many, context)

    def plan():
        with connection.execute_wrapper(delete_between_check_and_commit):
            return desk.post("/api/conferences/", body, format="json")

    def delete():
        location_deleted.wait(timeout=10)
        answer = desk.delete(f"/api/locations/{location.pk}/")
        location_deleted.wait(timeout=10)
        return answer

    planned, deleted = at_once(plan, delete)

    assert (planned.status_code, planned.json()["code"], deleted.status_code) == (409, "conflict", 200)
    assert Conference.objects.count() == 0


def test_what_is_rolled_back_was_never_published(conference):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        events.change(conference.pk, name="Never")
        assert len(published()) == 1
        1 / 0  # noqa: B018

    assert (Conference.objects.get().name, published()) == ("DjangoDay", [])
