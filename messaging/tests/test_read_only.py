"""A database that answers but takes no writes, as after a failover or while its disk is being freed, is an outage."""

import pytest
from django.db import InternalError

from messaging.database import connection
from messaging.errors import Outage
from messaging.inbox import once, once_each
from messaging.inbox.models import Receipt
from messaging.tests.conftest import approval

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def read_only():
    """This session's transactions may only read, until it ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    yield
    connection.close()


@pytest.mark.parametrize("wrap", [once, once_each])
def test_a_message_waits_and_is_handled_once_it_can_be_written(read_only, wrap):
    handled = []
    handle = wrap("handle")(handled.append)
    message = [approval(1)] if wrap is once_each else approval(1)

    with pytest.raises(Outage, match="read-only"):
        handle(message)
    handle(message)  # on a new session: the server of the old one may stay read-only

    assert (handled, Receipt.objects.count()) == ([message], 1)


def test_another_internal_error_is_the_messages_own():
    @once("handle")
    def handle(_message):
        raise InternalError("invalid transaction termination") from _Failure("2D000")

    with pytest.raises(InternalError, match="termination"):
        handle(approval(1))


class _Failure(Exception):
    def __init__(self, state):
        super().__init__(state)
        self.pgcode = state
