from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from samples import forget_published, published

from events.models import Conference
from presentations import actions
from presentations.models import Presentation

pytestmark = pytest.mark.django_db


def do(admin, path, action, *rows):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return admin.post(path, chosen, follow=True).content.decode()


def types():
    return [type_ for type_, _ in published()]


@pytest.mark.parametrize(
    "path",
    [
        "accounts/account",
        "events/state",
        "events/location",
        "events/conference",
        "presentations/presentation",
        "outbox/outboxmessage",
        "authtoken/tokenproxy",
    ],
)
def test_every_model_has_its_pages(admin, presentation, path):
    assert admin.get(f"/admin/{path}/").status_code == 200


def test_each_form_opens(admin, presentation, ada):
    conference = presentation.conference
    forms = [
        f"accounts/account/{ada.pk}/change", "accounts/account/add", f"accounts/account/{ada.pk}/password",
        f"events/location/{conference.location_id}/change", f"events/conference/{conference.pk}/change",
        f"presentations/presentation/{presentation.pk}/change", "presentations/presentation/add",
    ]  # fmt: skip

    assert {form: admin.get(f"/admin/{form}/").status_code for form in forms} == dict.fromkeys(forms, 200)


@pytest.mark.parametrize(("action", "status"), [("approve", "APPROVED"), ("reject", "REJECTED")])
def test_a_decision_goes_the_same_way_as_through_the_api(admin, presentation, action, status):
    page = do(admin, "/admin/presentations/presentation/", action, presentation)

    assert Presentation.objects.get().status == status
    assert types() == [f"presentation.{status.lower()}"]
    assert f"The first bug is {status}; its presenter is written to." in page


def test_one_that_was_decided_otherwise_is_told_of_and_the_others_are_decided(admin, presentation):
    other = Presentation.objects.create(
        conference=presentation.conference, title="Other", synopsis="s", presenter_name="n", presenter_email="n@x.org"
    )
    actions.reject(presentation.pk)
    forget_published()

    page = do(admin, "/admin/presentations/presentation/", "approve", presentation, other)

    assert "The first bug: This presentation is REJECTED" in page
    assert dict(Presentation.objects.values_list("title", "status")) == {
        "The first bug": "REJECTED",
        "Other": "APPROVED",
    }
    assert types() == ["presentation.approved"]


def test_whoever_may_only_look_is_not_offered_a_decision(presentation, ada):
    ada.is_staff = True
    ada.save()
    ada.user_permissions.add(Permission.objects.get(codename="view_presentation"))
    client = Client()
    client.force_login(ada)

    page = do(client, "/admin/presentations/presentation/", "approve", presentation)

    assert "write to the presenters" not in page
    assert Presentation.objects.get().status == "SUBMITTED"


def test_the_presenter_cannot_be_changed_after_the_decision(admin, presentation):
    actions.approve(presentation.pk)
    form = {
        "presenter_name": "Other", "presenter_email": "other@example.com", "company_name": "",
        "title": "New title", "synopsis": "s", "conference": presentation.conference_id,
    }  # fmt: skip

    admin.post(f"/admin/presentations/presentation/{presentation.pk}/change/", form)

    stored = Presentation.objects.get()
    assert (stored.title, stored.presenter_name, stored.presenter_email) == (
        "New title",
        "Grace Hopper",
        "grace@example.com",
    )


def presentation_form(conference, **others):
    return {
        "presenter_name": "Grace Hopper", "presenter_email": "grace@example.com", "company_name": "Navy",
        "title": "The first bug", "synopsis": "It was a moth.", "conference": conference.pk, **others,
    }  # fmt: skip


def test_a_talk_is_offered_changed_and_deleted_here(admin, conference):
    path = "/admin/presentations/presentation"
    admin.post(f"{path}/add/", presentation_form(conference))
    offered = Presentation.objects.get()
    admin.post(f"{path}/{offered.pk}/change/", presentation_form(conference, title="Second", company_name=""))
    changed = Presentation.objects.get()
    admin.post(f"{path}/{offered.pk}/delete/", {"post": "yes"})

    assert (offered.title, offered.company_name, offered.status) == ("The first bug", "Navy", "SUBMITTED")
    assert (changed.pk, changed.title, changed.synopsis) == (offered.pk, "Second", "It was a moth.")
    assert (Presentation.objects.count(), types()) == (0, [])


def test_talks_are_deleted_here_together(admin, presentation):
    chosen = {"action": "delete_selected", "_selected_action": [presentation.pk], "post": "yes"}

    admin.post("/admin/presentations/presentation/", chosen)

    assert Presentation.objects.count() == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_decision_is_not_undone_by_a_form_that_is_saved_at_the_same_time(admin, presentation):
    deciding = []

    def decide_once_the_form_is_made(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if not deciding and sql.startswith("SELECT") and 'FROM "presentations_presentation"' in sql:
            deciding.append(pool.submit(decide))
            wait(deciding, timeout=1)
        return found

    def decide():
        try:
            return actions.approve(presentation.pk)
        finally:
            connection.close()

    form = presentation_form(presentation.conference, title="New title", presenter_name="Ada Lovelace")
    with ThreadPoolExecutor(1) as pool, connection.execute_wrapper(decide_once_the_form_is_made):
        answer = admin.post(f"/admin/presentations/presentation/{presentation.pk}/change/", form)

    stored = Presentation.objects.get()
    assert (answer.status_code, deciding[0].result().pk) == (302, presentation.pk)
    assert (stored.status, stored.title) == ("APPROVED", "New title")
    assert [(type_, body["presenter_name"]) for type_, body in published()] == [
        ("presentation.approved", stored.presenter_name)
    ]


def conference_form(conference, **others):
    return {
        "name": conference.name, "description": "d", "max_presentations": 1, "max_attendees": 2,
        "starts_0": "2030-01-01", "starts_1": "09:00", "ends_0": "2030-01-02", "ends_1": "09:00",
        "location": conference.location_id, **others,
    }  # fmt: skip


def test_a_conference_changed_here_is_published(admin, conference):
    admin.post(f"/admin/events/conference/{conference.pk}/change/", conference_form(conference, name="PyDay"))

    assert (Conference.objects.get().name, Conference.objects.get().revision) == ("PyDay", 2)
    assert [(type_, body["name"], body["revision"]) for type_, body in published()] == [
        ("conference.changed", "PyDay", 2)
    ]


def test_a_conference_planned_here_is_published(admin, conference):
    admin.post("/admin/events/conference/add/", conference_form(conference, name="New"))

    assert [(type_, body["name"], body["revision"]) for type_, body in published()] == [
        ("conference.changed", "New", 1)
    ]


def test_a_conference_cannot_end_before_it_starts_here_either(admin, conference):
    form = conference_form(conference, ends_0="2029-01-01")

    page = admin.post(f"/admin/events/conference/{conference.pk}/change/", form).content.decode()

    assert "A conference cannot end before it starts." in page
    assert types() == []


def test_conferences_deleted_here_are_published_one_by_one(admin, conference):
    other = Conference.objects.get()
    other.pk, other.name = None, "Second"
    other.save()

    admin.post(
        "/admin/events/conference/",
        {"action": "delete_selected", "_selected_action": [conference.pk, other.pk], "post": "yes"},
    )

    assert (Conference.objects.count(), types()) == (0, ["conference.deleted", "conference.deleted"])


def test_one_conference_deleted_here_is_published(admin, conference):
    admin.post(f"/admin/events/conference/{conference.pk}/delete/", {"post": "yes"})

    assert (Conference.objects.count(), types()) == (0, ["conference.deleted"])
