"""How many messages were stored and had their effect: what is counted when somebody adds up whether one was lost."""

from uuid import NAMESPACE_OID, uuid5

import pytest
from django.db import transaction
from django.utils import timezone

from messaging.database import alias
from messaging.inbox.models import Receipt
from messaging.outbox import publish
from messaging.outbox.models import OutboxMessage
from messaging.tests.conftest import approval
from messaging.whereabouts.totals import received, stored

pytestmark = pytest.mark.django_db(transaction=True)


def test_messages_are_counted_from_a_given_one_on():
    old, first, second, third = (approval(n) for n in range(1, 5))
    with transaction.atomic(alias()):
        for message in (old, first, second, third):
            publish(message)
    OutboxMessage.objects.exclude(message_id=third.message_id).update(sent_at=timezone.now())
    without_time = uuid5(NAMESPACE_OID, "has no time in it")
    for message_id in (old.message_id, second.message_id, without_time):
        Receipt.objects.create(message_id=message_id, handler="any")

    assert without_time > first.message_id
    assert stored(first.message_id) == {"presentation.approved": {"sent": 2, "waiting": 1}}
    assert received(first.message_id) == 1
