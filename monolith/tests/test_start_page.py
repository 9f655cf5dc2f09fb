"""The start page, and the first message that its button sends."""

import re
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from samples import published

from contracts.messages import ConferenceChanged
from messaging.outbox import publish
from messaging.outbox.models import OutboxMessage
from presentations import pages
from presentations.models import Presentation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_development(settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setattr(pages, "PATIENCE", 0)


@pytest.fixture
def visitor() -> Client:
    """Somebody's browser, whose forms are checked."""
    return Client(enforce_csrf_checks=True)


def press(visitor: Client, page: str = "/"):
    """The answer to the form of a page."""
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', visitor.get(page).content.decode())
    return visitor.post("/first-message/", {"csrfmiddlewaretoken": token[1]} if token else {})


def test_it_links_to_everything_and_runs_no_script(visitor, settings):
    page = visitor.get("/").content.decode()

    links = [
        "/api/docs/", "/messages/docs/", "/admin/", "/api/conferences/", "/api/locations/", "/api/states/",
        "/api/accounts/", "/api/health/", settings.ATTENDEES_URL, settings.MAIL_PAGE_URL, settings.RABBITMQ_PAGE_URL,
    ]  # fmt: skip
    assert [link for link in links if f'href="{link}"' not in page] == []
    assert "Healthy." in page
    assert not re.search(r"<script|<style|style=|onclick", page)


def test_without_its_database_it_says_so_and_offers_nothing(visitor):
    def database_away(*_):
        raise OperationalError("connection refused")

    with connection.execute_wrapper(database_away):
        page = visitor.get("/").content.decode()

    assert "Its database is away." in page
    assert "<button" not in page


def test_it_counts_the_messages_that_wait(visitor, conference):
    assert "no message waits" in visitor.get("/").content.decode()

    publish(ConferenceChanged.of(conference))

    assert "<strong>1</strong> message waits for" in " ".join(visitor.get("/").content.decode().split())


def test_its_button_approves_a_talk_and_publishes_that(visitor, conference):
    answer = press(visitor)

    talk = Presentation.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/first-message/{talk.pk}/")
    assert (talk.status, talk.conference) == ("APPROVED", conference)
    assert published() == [
        (
            "presentation.approved",
            {
                "presenter_name": "First Presenter",
                "presenter_email": talk.presenter_email,
                "title": "My first message",
                "presentation_id": talk.pk,
            },
        )
    ]


def test_until_the_letter_is_written_its_page_says_what_is_waited_for(visitor, conference):
    page = visitor.get(press(visitor).headers["Location"]).content.decode()

    assert "It has not arrived yet." in page
    assert "The relay is to publish it" in page
    assert "Look again" in page


def test_then_it_says_how_long_that_took(visitor, conference):
    where = press(visitor).headers["Location"]
    stored = OutboxMessage.objects.get().created_at
    OutboxMessage.objects.update(sent_at=stored + timedelta(milliseconds=4))
    Presentation.objects.update(notified=stored + timedelta(milliseconds=21))

    page = visitor.get(where).content.decode()

    assert "It arrived." in page
    assert [f"{ms} ms</span>" in page for ms in (0, 4, 21)] == [True] * 3
    assert "Look again" not in page


def test_a_form_of_another_site_sends_nothing(visitor, conference):
    assert visitor.post("/first-message/").status_code == 403
    assert published() == []


@pytest.mark.usefixtures("conference")
def test_outside_development_it_takes_an_organiser(visitor, settings, organiser):
    settings.DEBUG = False

    page = visitor.get("/").content.decode()
    assert "<button" not in page
    assert 'href="/admin/login/?next=/"' in page
    assert Client().post("/first-message/").status_code == 403
    assert not Presentation.objects.exists()

    visitor.force_login(organiser)
    assert press(visitor).status_code == 302


def test_without_a_conference_it_says_what_to_do(visitor):
    answer = press(visitor)

    assert (answer.status_code, "Plan one" in answer.content.decode()) == (409, True)


def test_the_way_of_no_message_is_not_found(visitor, presentation):
    assert [visitor.get(f"/first-message/{pk}/").status_code for pk in (presentation.pk, 10**6)] == [404, 404]


def test_its_page_waits_a_little_for_the_letter(conference, monkeypatch):
    talk = pages.send_first_message()
    naps = []

    def nap(seconds):
        naps.append(seconds)
        Presentation.objects.update(notified=talk.created)

    monkeypatch.setattr("time.sleep", nap)

    assert pages.wait_for_letter(talk.pk, 60)[0].notified
    assert len(naps) == 1


def test_with_a_board_it_leads_there_with_the_message_chosen(visitor, settings, conference):
    settings.LAB_PAGE_URL = "http://localhost:8002"
    with_board = Client(enforce_csrf_checks=True)

    answer = press(with_board)

    row = OutboxMessage.objects.get()
    assert answer.headers["Location"] == f"http://localhost:8002/?message={row.message_id}"
    assert "form-action 'self' http://localhost:8002" in answer.headers["Content-Security-Policy"]
