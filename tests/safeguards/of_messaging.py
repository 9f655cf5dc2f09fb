"""Switches of the messaging library. Each replaces a piece of the code by what a careless program would have there."""

import contextlib
import functools
from importlib import import_module

from tests.safeguards.switch import missed_by


@missed_by("messaging/tests/test_inbox.py::test_a_message_that_comes_again_has_no_second_effect")
def inbox() -> None:
    """No receipts: whatever comes is handled."""
    from messaging.inbox import once

    module = __import__("messaging.inbox.once", fromlist=["once"])
    module._claim = lambda messages, _handler: messages
    assert once is module.once


@missed_by(
    "messaging/tests/test_publishing.py::test_a_message_for_which_no_queue_is_bound_is_returned_and_the_others_are_not"
)
def mandatory() -> None:
    """Messages for which there is no queue are confirmed like any other."""
    from pika.channel import Channel

    publish = Channel.basic_publish

    @functools.wraps(publish)
    def careless(self, *args, mandatory=False, **options):
        return publish(self, *args, mandatory=False, **options)

    Channel.basic_publish = careless


@missed_by("messaging/tests/test_relay.py::test_what_a_broker_never_confirmed_is_never_marked")
def confirm_wait() -> None:
    """What was handed to the socket counts as delivered."""
    from messaging.batch import Outcome
    from messaging.publisher import Publisher

    send = Publisher.send

    @functools.wraps(send)
    def careless(self, wires):
        batch = send(self, wires)
        batch.outcomes.update((place, Outcome.CONFIRMED) for place in range(len(wires)))
        return batch

    Publisher.send = careless


@missed_by("messaging/tests/test_relay.py::test_of_one_subject_one_message_is_on_its_way_at_a_time")
def one_per_subject() -> None:
    """Several messages about one subject are on their way at once."""
    from messaging.outbox import pending, relay

    relay.pending = lambda limit, _busy: pending.pending(limit)
    relay._first_of_each_subject = list


@missed_by("messaging/tests/test_relay.py::test_of_two_relays_one_stands_by")
def leader_lock() -> None:
    """Every relay takes itself for the one."""
    from messaging.outbox import leader

    leader.lead = lambda _stop: True


@missed_by("messaging/tests/test_outbox.py::test_what_is_rolled_back_was_never_published")
def outbox() -> None:
    """Published at once, whether or not the transaction is committed: as a row of a connection of its own."""
    from django.db import connection

    from messaging.outbox import rows

    def at_once(wires, subjects) -> None:
        other = connection.copy()
        with contextlib.closing(other), other.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO outbox_outboxmessage (message_id, type, subject, exchange, routing_key, body, headers)"
                " VALUES (%s, %s, %s, %s, %s, %s, '{}')",
                [
                    (w.id, w.type, subject, w.exchange, w.key, w.body)
                    for w, subject in zip(wires, subjects, strict=True)
                ],
            )

    rows.store = at_once


@missed_by("messaging/tests/test_consuming.py::test_a_message_in_hand_when_its_worker_is_cut_off_comes_again")
def late_acknowledgement() -> None:
    """A message is acknowledged when it arrives."""
    from messaging import broker_reader

    class Eager(broker_reader.Delivery):
        def __new__(cls, channel, tag, *others):
            channel.basic_ack(tag)
            return super().__new__(cls, channel, tag, *others)

        def acknowledge(self) -> None:
            pass

    broker_reader.Delivery = Eager


@missed_by("messaging/tests/test_taken_alone.py::test_what_came_back_often_and_arrives_among_others_is_taken_alone")
def alone() -> None:
    """However often a message came back, others are taken beside it."""
    from messaging import broker_reader, topology

    broker_reader.REDELIVERY_LIMIT = topology.NO_LIMIT


@missed_by("messaging/tests/test_own_failures.py::test_a_statement_that_is_too_slow_is_no_outage")
def own_slowness() -> None:
    """A statement that takes too long counts as a database that is away."""
    module = import_module("messaging.inbox.once")
    module.NOT_NOW = (*module.NOT_NOW, "57014")


@missed_by(
    "messaging/tests/test_own_failures.py::test_a_row_that_somebody_holds_is_said_to_be_locked_and_a_batch_hears_of_it_soon"
)
def short_locks() -> None:
    """Of a batch, a locked row is waited for as long as of a message alone."""
    import_module("messaging.inbox.once").SHORT_LOCKS = ""


@missed_by("messaging/tests/test_read_only.py::test_a_message_waits_and_is_handled_once_it_can_be_written")
def read_only() -> None:
    """A database that can only be read is the message's own fault."""
    module = import_module("messaging.inbox.once")
    module.NOT_NOW = tuple(state for state in module.NOT_NOW if state != "25006")


@missed_by(
    "messaging/tests/test_pooler.py::test_each_connection_is_looked_at_and_a_handler_hears_of_it_as_of_an_outage"
)
def own_sessions() -> None:
    """A pooler is taken for the server."""
    from messaging import sessions

    sessions._insist_on_own_session = lambda **_: None


@missed_by("messaging/tests/test_inbox.py::test_a_handler_that_was_renamed_has_no_second_effect")
def stable_names() -> None:
    """A receipt names the handler by where its function is."""
    module = import_module("messaging.inbox.once")
    once_each = module.once_each
    module.once_each = lambda _name: lambda handler: once_each(handler.__qualname__[-module.NAME_LENGTH :])(handler)


@missed_by("messaging/tests/test_clocks.py::test_what_was_put_off_waits_no_longer_for_that")
def clocks() -> None:
    """The next try is when the database's clock says so, though it was put back."""
    from messaging.outbox import pending

    pending.SESSION = pending.SESSION.replace("OR next_try_at > now() + interval '1 minute'", "")
    pending.SESSION = pending.SESSION.replace("AND held.next_try_at <= now() + interval '1 minute'", "")


@missed_by("messaging/tests/test_forgetting.py::test_a_row_that_somebody_needs_stays_until_it_is_needed_no_more")
def needed_rows() -> None:
    """Sent rows go once they are old, whatever came of them."""
    from messaging.outbox import forgetting

    forgetting._needed = lambda _subjects: set()
