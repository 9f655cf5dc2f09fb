"""However often a message comes, its effect happens once."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from messaging.database import connection
from messaging.errors import Outage
from messaging.inbox import once, once_each
from messaging.inbox.models import Receipt
from messaging.tests.conftest import approval

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_message_that_comes_again_has_no_second_effect():
    effects = []
    handle = once("effect")(effects.append)
    message = approval(1)

    handle(message)
    handle(message)

    assert effects == [message]


def test_a_handler_that_fails_leaves_no_receipt():
    attempts = []

    @once("handle")
    def handle(message):
        attempts.append(message)
        if len(attempts) == 1:
            raise ZeroDivisionError

    message = approval(1)
    with pytest.raises(ZeroDivisionError):
        handle(message)
    handle(message)

    assert len(attempts) == 2
    assert Receipt.objects.count() == 1


def test_two_workers_with_the_same_message_have_one_effect():
    effects, together, message = [], threading.Barrier(2), approval(1)
    handle = once("effect")(effects.append)

    def work():
        together.wait()
        handle(message)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert effects == [message]


def test_of_a_batch_only_what_is_new_is_handled_and_once():
    batches = []
    handle = once_each("effect")(batches.append)
    first, second, third = approval(1), approval(2), approval(3)

    handle([second])
    handle([first, second, third, first])
    handle([third])

    assert batches == [[second], [first, third]]


def test_two_handlers_of_one_message_have_an_effect_each():
    effects = []

    @once("first")
    def first(_message):
        effects.append("first")

    @once("second")
    def second(_message):
        effects.append("second")

    message = approval(1)
    first(message)
    second(message)

    assert effects == ["first", "second"]


def test_a_database_that_ended_the_session_is_an_outage_and_the_next_try_works():
    effects = []

    @once("handle")
    def handle(message):
        if not effects:
            effects.append("lost")
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        effects.append(message)

    message = approval(1)
    with pytest.raises(Outage, match="database: "):
        handle(message)
    handle(message)

    assert effects == ["lost", message]


def test_an_error_in_the_statement_itself_is_no_outage():
    @once("handle")
    def handle(_message):
        raise OperationalError("index row size exceeds maximum") from _program_limit_exceeded()

    with pytest.raises(OperationalError, match="index row size"):
        handle(approval(1))


def _program_limit_exceeded() -> Exception:
    error = Exception()
    error.pgcode = "54000"
    return error


def test_a_handler_that_was_renamed_has_no_second_effect():
    effects, message = [], approval(1)

    @once("note")
    def before(message):
        effects.append("before")

    @once("note")
    def after(message):
        effects.append("after")

    before(message)
    after(message)

    assert effects == ["before"]


def test_a_handler_without_a_name_is_refused_with_the_remedy():
    with pytest.raises(TypeError, match="name the handler"):
        once(lambda _message: None)


def test_receipts_are_forgotten_once_no_message_of_theirs_can_come_again():
    handle = once("effect")(lambda _message: None)
    messages = [approval(number) for number in (1, 2)] + [approval(3).model_copy(update={"message_id": uuid4()})]
    for message, days in zip(messages, (401, 399, 401), strict=True):
        handle(message)
        Receipt.objects.filter(message_id=message.message_id).update(received_at=timezone.now() - timedelta(days))

    call_command("forget_receipts")

    assert {receipt.message_id for receipt in Receipt.objects.all()} == {messages[1].message_id, messages[2].message_id}


def test_receipts_that_may_be_needed_are_not_forgotten():
    with pytest.raises(CommandError, match="receipts stay for 400 days"):
        call_command("forget_receipts", "--days", "30")
