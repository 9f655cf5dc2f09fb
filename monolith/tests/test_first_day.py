"""`manage.py reset`, and `manage.py organiser_password`."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Account
from events.models import Conference, Location, State
from messaging.outbox.models import OutboxMessage
from presentations.models import Presentation

pytestmark = pytest.mark.django_db
PASSWORD = "the price of fresh news"


@pytest.fixture
def development(settings):
    settings.DEBUG = True


@pytest.fixture
def given(monkeypatch):
    def given(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return given


def reset() -> None:
    connection.check_constraints()  # which a commit would do; all of a test is in one transaction
    call_command("reset")


def facts() -> list[list]:
    return [
        list(Conference.objects.order_by("id").values("id", "name", "revision", "location__name")),
        list(Location.objects.order_by("id").values("id", "name")),
        list(Account.objects.order_by("id").values("id", "username", "revision")),
        list(Presentation.objects.order_by("id").values("id", "title", "status")),
    ]


def test_a_reset_is_the_first_day_again(development, capsys):
    reset()
    first = facts()
    Conference.objects.filter(pk=2).delete()
    Location.objects.create(name="Mine", city="Boston", state=State.objects.first(), room_count=1)
    Account.objects.create_user("somebody", "somebody@example.com", PASSWORD)
    Presentation.objects.update(title="Changed")
    capsys.readouterr()

    reset()

    assert facts() == first
    assert State.objects.count() >= 50, "what migrations filled in stays"
    assert capsys.readouterr().out == "6\n", "as many letters follow"


def test_a_reset_leaves_the_organiser_their_password(development, client):
    call_command("seed")
    organiser = Account.objects.get(username="organiser")
    organiser.set_password(PASSWORD)
    organiser.save()

    reset()

    assert client.login(username="organiser", password=PASSWORD)


def test_in_production_nothing_is_removed(settings):
    settings.DEBUG = False
    call_command("seed")
    before = facts()

    with pytest.raises(CommandError, match="DEBUG=1"):
        reset()

    assert facts() == before


def test_the_organisers_password_is_what_was_read(given, client):
    call_command("seed")
    given(f"{PASSWORD}\n")

    call_command("organiser_password")

    assert client.login(username="organiser", password=PASSWORD)


def test_the_change_of_a_password_is_nobodys_news(given):
    call_command("seed")
    given(PASSWORD)
    before = OutboxMessage.objects.count()

    call_command("organiser_password")

    assert OutboxMessage.objects.count() == before


@pytest.mark.parametrize(("password", "why"), [("short", "too short"), ("password", "too common"), ("", "too short")])
def test_a_password_that_can_be_guessed_is_refused(given, password, why):
    call_command("seed")
    given(password)
    before = Account.objects.get(username="organiser").password

    with pytest.raises(CommandError, match=why):
        call_command("organiser_password")

    assert Account.objects.get(username="organiser").password == before


def test_without_an_organiser_it_says_what_makes_one(given):
    given(PASSWORD)

    with pytest.raises(CommandError, match="seed"):
        call_command("organiser_password")
