"""Handlers against a broker that delivers late, in any order and again, while workers die at the worst of times.

Hypothesis makes up the story; receipts and effects are in the real database. A crash is a session that ends in the
middle of its transaction, or an acknowledgement that never arrives.
"""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from messaging.database import connection
from messaging.errors import Outage
from messaging.inbox import once, once_each
from messaging.inbox.models import Receipt
from messaging.tests.conftest import approval

EFFECTS = "CREATE TABLE effect (handler text, message_id uuid)"
CUT = "SELECT pg_terminate_backend(pg_backend_pid())"


class Died(Exception):
    """The worker ended."""


def take_effect(handler, messages, ending):
    """An effect for each message; then the end that the story has for it."""
    with connection.cursor() as cursor:
        for message in messages:
            cursor.execute("INSERT INTO effect VALUES (%s, %s)", [handler, str(message.message_id)])
        if ending == "session cut":
            cursor.execute(CUT)
    if ending == "handler fails":
        raise Died


class Receiving(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        Receipt.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM effect")
        self.published = []
        self.waiting = []  # what the broker delivers, for as long as it is not acknowledged
        self.ending = "well"

        @once("one")
        def one(message):
            take_effect("one", [message], self.ending)

        @once_each("many")
        def many(messages):
            take_effect("many", messages, self.ending)

        self.one, self.many = one, many

    @rule(number=st.integers(1, 3))
    def something_is_published(self, number):
        messages = [approval(len(self.published) + each) for each in range(1, number + 1)]
        self.published += messages
        self.waiting += messages

    @precondition(lambda self: self.published)
    @rule(data=st.data())
    def an_operator_replays(self, data):
        self.waiting.append(data.draw(st.sampled_from(self.published)))

    @precondition(lambda self: self.waiting)
    @rule(
        data=st.data(),
        ending=st.sampled_from(["well", "well", "handler fails", "session cut", "acknowledgement lost"]),
        in_batches=st.booleans(),
    )
    def broker_delivers(self, data, ending, in_batches):
        """In any order; with a batch, some of them twice."""
        delivered = data.draw(st.lists(st.sampled_from(self.waiting), min_size=1, max_size=5))
        self.ending = ending
        try:
            if in_batches:
                self.many(delivered)
            else:
                self.one(delivered[0])
        except (Died, Outage):
            return  # not acknowledged
        finally:
            self.ending = "well"
        if ending == "well":
            self.acknowledged(delivered if in_batches else delivered[:1], "many" if in_batches else "one")

    def acknowledged(self, messages, handler):
        """The broker forgets what both have had."""
        done = self.effects().get(handler, [])
        assert {message.message_id for message in messages} <= set(done)
        both = set(self.effects().get("one", [])) & set(self.effects().get("many", []))
        self.waiting = [each for each in self.waiting if each not in messages or each.message_id not in both]

    @invariant()
    def nothing_takes_effect_twice(self):
        for ids in self.effects().values():
            assert len(ids) == len(set(ids))

    @invariant()
    def receipt_and_effect_are_one(self):
        receipts = Receipt.objects.values_list("handler", "message_id")
        effects = {(handler, id) for handler, ids in self.effects().items() for id in ids}
        assert set(receipts) == effects

    def effects(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT handler, array_agg(message_id) FROM effect GROUP BY handler")
            return dict(cursor.fetchall())

    def teardown(self):
        for message in self.waiting:
            self.one(message)
            self.many([message])
        self.nothing_takes_effect_twice()
        self.receipt_and_effect_are_one()
        published = sorted(message.message_id for message in self.published)
        for handler in ("one", "many"):
            assert sorted(self.effects().get(handler, [])) == published


@pytest.mark.django_db(transaction=True)
def test_an_effect_happens_once_whatever_the_broker_and_the_workers_do():
    with connection.cursor() as cursor:
        cursor.execute(EFFECTS)
    try:
        run_state_machine_as_test(
            Receiving,
            settings=settings(
                max_examples=25, stateful_step_count=25, deadline=None, derandomize=True, print_blob=True
            ),
        )
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE effect")
