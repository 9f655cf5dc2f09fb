"""News that comes by message."""

from datetime import timedelta

import pytest
from samples import SPRING, a_conference

from attendees.handlers import copy_accounts, copy_conferences, delete_conferences
from attendees.models import AccountVO, ConferenceVO, Observation
from contracts.messages import AccountChanged, ConferenceChanged, ConferenceDeleted

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_account_is_known_by_its_address_in_lower_case():
    changed = AccountChanged(
        email="Ada@Example.com", first_name="Ada", last_name="L", is_active=True, updated=SPRING, revision=4
    )

    copy_accounts([changed])

    expected = {
        "email": "ada@example.com", "first_name": "Ada", "last_name": "L",
        "is_active": True, "updated": SPRING, "revision": 4, "epoch": 0,
    }  # fmt: skip
    assert list(AccountVO.objects.values()) == [expected]


def test_a_changed_conference_is_known_and_noted_as_pushed():
    copy_conferences([ConferenceChanged.of(a_conference(3, revision=2))])

    assert list(ConferenceVO.objects.values_list("id", "revision", "deleted")) == [(3, 2, False)]
    assert list(Observation.objects.values_list("lane", "conference_id", "revision", "first")) == [("push", 3, 2, True)]


def test_a_conference_deleted_before_it_was_known_stays_out():
    delete_conferences([ConferenceDeleted(id=3, updated=SPRING + timedelta(hours=1), revision=2)])

    copy_conferences([ConferenceChanged.of(a_conference(3, revision=1))])

    assert list(ConferenceVO.objects.values_list("id", "revision", "deleted")) == [(3, 2, True)]
    assert list(Observation.objects.order_by("id").values_list("revision", "first")) == [(2, True), (1, False)]


def test_a_message_takes_effect_once():
    message = ConferenceChanged.of(a_conference(3))
    copy_conferences([message])
    ConferenceVO.objects.all().delete()

    copy_conferences([message])

    assert not ConferenceVO.objects.exists()
