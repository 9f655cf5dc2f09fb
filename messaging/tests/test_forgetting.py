"""Old rows of the outbox go; those that were not sent, or are needed, stay."""

import pytest
from django.db import transaction

from messaging.database import alias
from messaging.outbox import publish
from messaging.outbox.forgetting import Forgetting
from messaging.outbox.models import OutboxMessage
from messaging.outbox.signals import forgetting
from messaging.tests.conftest import approval

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = "2020-01-01T00:00Z"


@pytest.fixture
def five_old_rows() -> None:
    with transaction.atomic(alias()):
        for number in range(1, 6):
            publish(approval(number))
    OutboxMessage.objects.update(created_at=LONG_AGO, sent_at=LONG_AGO)


@pytest.fixture
def needed() -> set[str]:
    """Subjects that somebody needs, for the test to fill."""
    needed = set()

    def still_needed(*, subjects, **_):
        return needed & set(subjects)

    forgetting.connect(still_needed)
    yield needed
    forgetting.disconnect(still_needed)


def left() -> list[str]:
    return [row.subject for row in OutboxMessage.objects.order_by("id")]


def test_only_sent_rows_are_ever_forgotten(five_old_rows):
    OutboxMessage.objects.filter(subject="presentation/2").update(sent_at=None)

    Forgetting().forget_sent(10)

    assert left() == ["presentation/2"]


def test_of_old_rows_no_more_are_forgotten_at_a_time_than_asked(five_old_rows):
    old = Forgetting()

    assert [old.forget_sent(2) for _ in range(4)] == [2, 2, 1, 0]


def test_a_row_that_somebody_needs_stays_until_it_is_needed_no_more(five_old_rows, needed):
    old = Forgetting()
    needed.add("presentation/3")

    for _ in range(3):
        old.forget_sent(10)
    assert left() == ["presentation/3"]
    needed.clear()
    old.forget_sent(10)

    assert left() == []


@pytest.mark.parametrize("why_they_stay", ["unsent", "needed"])
def test_many_rows_that_stay_in_front_do_not_keep_the_others(five_old_rows, needed, why_they_stay):
    first = [f"presentation/{number}" for number in range(1, 5)]
    if why_they_stay == "unsent":
        OutboxMessage.objects.filter(subject__in=first).update(sent_at=None)
    needed.update(first if why_they_stay == "needed" else [])
    old = Forgetting()

    for _ in range(3):
        old.forget_sent(2)

    assert left() == first


def test_what_becomes_old_later_is_forgotten_later(five_old_rows):
    OutboxMessage.objects.filter(subject="presentation/1").update(created_at="2999-01-01T00:00Z")
    OutboxMessage.objects.filter(subject="presentation/1").update(sent_at="2999-01-01T00:00Z")
    old = Forgetting()

    for _ in range(3):
        old.forget_sent(2)
    assert left() == ["presentation/1"]
    OutboxMessage.objects.update(created_at=LONG_AGO, sent_at=LONG_AGO)
    for _ in range(2):
        old.forget_sent(2)

    assert left() == []
