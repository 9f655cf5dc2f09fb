"""People who register at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from samples import a_conference

from attendees.actions import give_badge, register
from attendees.copies import copy_conferences
from attendees.models import Attendee, Badge
from attendees.refusals import AlreadyRegistered, ConferenceFull

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 8


def at_once(act):
    """What each of CROWD threads got from `act(number)`, called at the same moment: a result, or an error's class."""
    start = Barrier(CROWD)

    def one(number):
        start.wait(10)
        try:
            return act(number)
        except (ConferenceFull, AlreadyRegistered) as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as threads:
        return list(threads.map(one, range(CROWD)))


def test_the_last_seats_are_given_once():
    copy_conferences([a_conference(3, max_attendees=3)])

    outcomes = at_once(lambda number: register(3, name="x", email=f"{number}@example.com"))

    assert outcomes.count(ConferenceFull) == CROWD - 3
    assert Attendee.objects.count() == 3


def test_one_address_gets_one_seat_however_often_it_is_sent():
    copy_conferences([a_conference(3)])

    outcomes = at_once(lambda _: register(3, name="x", email="grace@example.com"))

    assert outcomes.count(AlreadyRegistered) == CROWD - 1
    assert Attendee.objects.count() == 1


def test_one_badge_is_made_however_often_it_is_asked_for():
    copy_conferences([a_conference(3)])
    grace = register(3, name="Grace", email="grace@example.com")

    badges = at_once(lambda _: give_badge(grace.pk))

    assert sorted(is_new for _, is_new in badges) == [False] * (CROWD - 1) + [True]
    assert Badge.objects.count() == 1
