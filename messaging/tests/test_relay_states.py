"""The relay against a broker that loses what it has not confirmed, answers late or never, and restarts.

Hypothesis makes up the story; the outbox is the real one in the real database, the relay and the publisher are real up
to pika's edge. What holds at each moment stands in the invariants, what holds in the end in `teardown`.
"""

from collections import defaultdict

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from contracts.topology import conference_go
from messaging.connection import CONNECTION_ERRORS
from messaging.database import alias
from messaging.outbox import publish
from messaging.outbox import relay as relays
from messaging.outbox.models import OutboxMessage
from messaging.publisher import Publisher
from messaging.shutdown import Stop
from messaging.tests.conftest import approval
from messaging.tests.simulated_broker import Broker
from messaging.topology import Topology

SUBJECTS = st.lists(st.integers(1, 2), max_size=4)
ANSWERS = st.tuples(st.integers(0, 7), st.booleans(), st.sampled_from([True, True, False]))  # of which, how, what


class Relaying(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        OutboxMessage.objects.all().delete()
        self.broker = Broker()
        self.committed = defaultdict(list)  # subject → message ids, in the order of their commits
        self.relay_starts()

    @rule(subjects=SUBJECTS, commits=st.sampled_from([True, True, False]))
    def something_is_decided(self, subjects, commits):
        messages = [approval(number) for number in subjects]
        with transaction.atomic(alias()):
            for message in messages:
                publish(message)
            transaction.set_rollback(not commits, alias())
        for message in messages if commits else []:
            self.committed[message.subject()].append(message.message_id)

    @rule(subjects=SUBJECTS)
    def relay_turns(self, subjects):
        """There is news, mostly."""
        self.something_is_decided(subjects, commits=True)
        self.relay.look()
        self.run_once()

    @rule(number=st.integers(1, 8), answers=st.lists(ANSWERS, max_size=4))
    def broker_works(self, number, answers):
        """It reads some of what is on the wire, of dead connections as well, and answers some of that."""
        for connection in self.broker.connections:
            for _ in range(min(number, len(connection.wire))):
                connection.take()
        for place, multiple, confirm in answers:
            if tags := list(self.connection.taken):
                self.connection.answer(tags[place % len(tags)], multiple=multiple, confirm=confirm)

    @rule()
    def all_goes_well(self):
        self.relay.look()
        self.everything_is_answered()
        self.run_once()
        self.everything_is_answered()
        self.run_once()

    @precondition(lambda self: self.connection.is_open)
    @rule(restarts=st.booleans(), data=st.data())
    def broker_is_lost(self, restarts, data):
        """The connection breaks; or the broker restarts, and what it had not confirmed may be gone."""
        self.connection.lose()
        if restarts:
            unconfirmed = [copy for copy in self.broker.queue if copy not in self.broker.safe]
            kept = data.draw(st.lists(st.booleans(), min_size=len(unconfirmed), max_size=len(unconfirmed)))
            self.broker.drop([copy for copy, is_kept in zip(unconfirmed, kept, strict=True) if not is_kept])
            for connection in self.broker.connections:
                connection.wire.clear()
                connection.taken.clear()

    @precondition(lambda self: not self.connection.is_open)
    @rule()
    def connection_is_back(self):
        self.relay_starts()

    @precondition(lambda self: self.connection.is_open and self.relay._in_flight)
    @rule()
    def broker_says_nothing_for_too_long(self):
        self.relay._in_flight[0].sent = -relays.CONFIRM_TIMEOUT
        with pytest.raises(CONNECTION_ERRORS):
            self.relay._settle()
        self.relay_starts()

    @precondition(lambda self: self.broker.is_bound)
    @rule()
    def somebody_deletes_the_binding(self):
        self.broker.is_bound = False

    @precondition(lambda self: self.relay._in_flight)
    @rule()
    def relay_dies(self):
        """And another one takes over."""
        self.relay_starts()

    @rule()
    def time_passes(self):
        OutboxMessage.objects.update(next_try_at="2020-01-01T00:00Z")

    @invariant()
    def nothing_is_marked_that_the_broker_has_not_confirmed(self):
        marked = OutboxMessage.objects.exclude(sent_at=None).values_list("message_id", flat=True)
        assert set(marked) <= self.broker.confirmed

    @invariant()
    def what_was_rolled_back_is_never_sent(self):
        assert set(self.broker.delivered) <= {id for ids in self.committed.values() for id in ids}

    @invariant()
    def of_one_subject_nothing_overtakes(self):
        for ids in self.committed.values():
            seen = list(dict.fromkeys(id for id in self.broker.delivered if id in ids))
            assert seen == ids[: len(seen)]

    def relay_starts(self):
        publisher = Publisher("amqp://nowhere", "simulated", Topology())
        self.connection = self.broker.connect(publisher)
        self.relay = relays.Relay("amqp://nowhere", "simulated", conference_go(), Stop())
        self.relay.begin(publisher)

    def run_once(self):
        """As in `run`: after a loss, once the broker is back, and after a refusal the relay begins anew."""
        if self.connection.is_open:
            self.relay.run_once()
            if self.relay._renews and not self.relay._in_flight:
                self.relay_starts()
        else:
            with pytest.raises(CONNECTION_ERRORS):
                self.relay.run_once()

    def everything_is_answered(self):
        for connection in self.broker.connections:
            while connection.wire:
                connection.take()
            if connection.taken:
                connection.answer(max(connection.taken), multiple=True, confirm=True)

    def teardown(self):
        self.broker.bind()
        if not self.connection.is_open:
            self.connection_is_back()
        published = {id for ids in self.committed.values() for id in ids}
        for _ in range(2 + len(published)):  # in the worst case all about one subject, so one after the other
            self.time_passes()
            self.all_goes_well()
            if published <= self.broker.confirmed:
                break
        self.run_once()
        self.nothing_is_marked_that_the_broker_has_not_confirmed()
        self.of_one_subject_nothing_overtakes()
        assert self.broker.confirmed == published
        assert not OutboxMessage.objects.filter(sent_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_the_relay_keeps_its_promises_whatever_the_broker_does():
    run_state_machine_as_test(
        Relaying,
        settings=settings(max_examples=30, stateful_step_count=30, deadline=None, derandomize=True, print_blob=True),
    )
