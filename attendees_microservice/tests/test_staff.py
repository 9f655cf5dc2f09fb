"""Organisers of the monolith are staff here, with the password that they have there."""

import pytest
import requests
import responses
from django.conf import settings
from django.contrib.auth.models import User

pytestmark = pytest.mark.django_db
ASKED = f"{settings.MONOLITH_URL}/api/organiser/"
GIVEN = {"username": "organiser", "password": "their-password"}


@pytest.fixture
def log_in(client):
    def log_in() -> bool:
        """Whether the log-in page lets them in."""
        client.post("/admin/login/", GIVEN)
        return client.get("/admin/").status_code == 200

    return log_in


def test_an_organiser_of_the_monolith_logs_in_to_the_admin(log_in, monolith):
    right = responses.matchers.header_matcher({"Authorization": "Basic b3JnYW5pc2VyOnRoZWlyLXBhc3N3b3Jk"})
    monolith.get(ASKED, json={"username": "organiser", "superuser": True}, match=[right])

    assert log_in()

    staff = User.objects.get(username="organiser")
    assert (staff.is_staff, staff.is_superuser, staff.has_usable_password()) == (True, True, False)


def test_an_organiser_who_is_no_superuser_there_is_none_here(log_in, monolith):
    monolith.get(ASKED, json={"username": "organiser", "superuser": True})
    monolith.get(ASKED, json={"username": "organiser", "superuser": False})
    log_in()

    assert log_in()

    assert not User.objects.get(username="organiser").is_superuser


@pytest.mark.parametrize("status", [401, 403, 429, 503])
def test_whoever_the_monolith_does_not_vouch_for_stays_outside(log_in, monolith, status):
    monolith.get(ASKED, json={"message": "no"}, status=status)

    assert not log_in()
    assert User.objects.count() == 0


def test_while_the_monolith_is_away_nobody_logs_in(log_in, monolith, caplog):
    monolith.get(ASKED, body=requests.ConnectionError("away"))

    assert not log_in()
    assert "cannot be asked who logs in" in caplog.text


def test_somebody_of_here_is_not_taken_over(log_in, monolith):
    User.objects.create_superuser("organiser", password="another-password")
    monolith.get(ASKED, json={"username": "organiser", "superuser": True})

    assert not log_in()


def test_somebody_of_here_logs_in_without_the_monolith(log_in, monolith):
    User.objects.create_superuser(**GIVEN)

    assert log_in()
    assert len(monolith.calls) == 0


def test_guessing_here_takes_patience(log_in, monolith, client):
    monolith.get(ASKED, json={"message": "no"}, status=401)
    for _ in range(25):
        log_in()

    assert 10 <= len(monolith.calls) <= 20  # ten a minute, and a minute may have ended in between
