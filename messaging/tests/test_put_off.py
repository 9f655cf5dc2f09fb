"""What the broker would not have is tried again: soon enough, and not all of it all the time."""

import pytest
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from messaging.database import alias
from messaging.outbox import publish
from messaging.outbox.models import OutboxMessage
from messaging.outbox.pending import begin_session, pending
from messaging.outbox.rows import mark_sent, put_off
from messaging.tests.conftest import approval

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rows() -> list[OutboxMessage]:
    """Three to one address, and one to another."""
    begin_session()
    with transaction.atomic(alias()):
        for number in range(1, 5):
            publish(approval(number))
    made = list(OutboxMessage.objects.order_by("id"))
    OutboxMessage.objects.filter(pk=made[3].pk).update(routing_key="elsewhere")
    return made


def put_off_often(rows: list[OutboxMessage]) -> list[list[int]]:
    """The seconds that each of them has to wait, after each of ten times."""
    waits = []
    for _ in range(10):
        put_off([row.pk for row in rows], "full")
        pauses = OutboxMessage.objects.order_by("id").values_list(F("next_try_at") - Now(), flat=True)
        waits.append([round(pause.total_seconds()) for pause in pauses])
    return waits


def test_the_first_of_each_address_is_tried_every_four_seconds_and_the_others_ever_more_rarely(rows):
    waits = put_off_often(rows)

    assert waits[:5] == [[1, 1, 1, 1], [2, 2, 2, 2], [4, 4, 4, 4], [4, 8, 8, 4], [4, 16, 16, 4]]
    assert waits[-1] == [4, 60, 60, 4]


def test_once_one_that_was_put_off_gets_through_the_others_of_its_address_are_tried(rows):
    put_off_often(rows)
    assert pending(10) == []

    mark_sent([rows[0].pk])

    assert [row.id for row in pending(10)] == [rows[1].pk, rows[2].pk]


def test_one_that_was_never_put_off_frees_nobody(rows):
    put_off_often(rows[1:])

    mark_sent([rows[0].pk])

    assert pending(10) == []
