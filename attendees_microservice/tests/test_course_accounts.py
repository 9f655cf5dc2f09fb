"""News of accounts from a course monolith without revisions: `updated` decides, but never against a revision."""

from datetime import datetime, timedelta

import pytest
from samples import SPRING

from attendees.handlers import copy_accounts
from attendees.models import AccountVO
from contracts.messages import AccountChanged

pytestmark = pytest.mark.django_db(transaction=True)


def news(first_name: str, updated: datetime, revision: int | None = None) -> AccountChanged:
    return AccountChanged(
        email="ada@example.com", first_name=first_name, last_name="L", is_active=True, updated=updated,
        revision=revision,
    )  # fmt: skip


def known() -> tuple[str, int]:
    return AccountVO.objects.values_list("first_name", "revision").get()


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_without_a_revision_the_later_one_counts_in_any_order(first):
    both = [news("Ada", SPRING), news("Augusta", SPRING + timedelta(seconds=1))]

    for each in (both[first], both[1 - first]):
        copy_accounts([each])

    assert known() == ("Augusta", 0)


def test_of_two_at_once_the_later_one_counts():
    copy_accounts([news("Augusta", SPRING + timedelta(seconds=1)), news("Ada", SPRING)])

    assert known() == ("Augusta", 0)


def test_a_later_time_does_not_count_against_a_revision():
    copy_accounts([news("Ada", SPRING, revision=1)])

    copy_accounts([news("Augusta", SPRING + timedelta(days=1))])

    assert known() == ("Ada", 1)


def test_a_revision_counts_against_a_later_time():
    copy_accounts([news("Ada", SPRING + timedelta(days=1))])

    copy_accounts([news("Augusta", SPRING, revision=1)])

    assert known() == ("Augusta", 1)
