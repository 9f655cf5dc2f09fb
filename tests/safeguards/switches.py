"""A pytest plugin that switches off the safeguard named in SAFEGUARD_OFF, to see which test notices.

Each switch replaces one piece of the real code by what a careless program would have in its place.
"""

import contextlib
import functools
import os
from collections.abc import Callable

import pytest
from hypothesis import Phase, settings


def inbox() -> None:
    """No receipts: whatever comes is handled."""
    from messaging.inbox import once

    module = __import__("messaging.inbox.once", fromlist=["once"])
    module._claim = lambda messages, _handler: messages
    assert once is module.once


def mandatory() -> None:
    """Messages for which there is no queue are confirmed like any other."""
    from pika.channel import Channel

    publish = Channel.basic_publish

    @functools.wraps(publish)
    def careless(self, *args, mandatory=False, **options):
        return publish(self, *args, mandatory=False, **options)

    Channel.basic_publish = careless


def confirm_wait() -> None:
    """What was handed to the socket counts as delivered."""
    from messaging.publisher import Outcome, Publisher

    send = Publisher.send

    @functools.wraps(send)
    def careless(self, wires):
        batch = send(self, wires)
        batch.outcomes.update((place, Outcome.CONFIRMED) for place in range(len(wires)))
        return batch

    Publisher.send = careless


def one_per_subject() -> None:
    """Several messages about one subject are on their way at once."""
    from messaging.outbox import relay, rows

    relay.pending = lambda limit, _busy: rows.pending(limit)
    relay._first_of_each_subject = list


def leader_lock() -> None:
    """Every relay takes itself for the one."""
    from messaging.outbox import leader

    leader.lead = lambda _stop: True


def revision_guard() -> None:
    """The latest news to arrive is taken for the newest."""
    from attendees import copies

    copies.COPY_ACCOUNTS = copies.COPY_ACCOUNTS.replace("WHERE copy.revision < excluded.revision", "")
    copies.COPY_CONFERENCES = copies.COPY_CONFERENCES.replace("copy.revision < excluded.revision AND", "")


def tombstone() -> None:
    """News of something deleted makes it again."""
    from attendees import copies

    copies.COPY_CONFERENCES = copies.COPY_CONFERENCES.replace("AND NOT copy.deleted", "")


def ambiguous_receipt() -> None:
    """A letter is noted once it went out, and not before."""
    from presentation_mailer import receipts

    receipts.BEGIN = receipts.BEGIN.replace("THEN 'sending'", "THEN 'waiting'")
    receipts.WRITE = receipts.WRITE.replace("letter.state = 'sending'", "letter.state = 'waiting'")


def in_hand() -> None:
    """Another worker's letter is not waited for."""
    from presentation_mailer import letters

    letters.in_hand = lambda message_ids: contextlib.nullcontext(len(message_ids))


def reconciler() -> None:
    """What the broker has lost is lost."""
    from presentations import reconciler as module

    module.send_again = lambda _subjects, _older_than: 0


def resync() -> None:
    """The copies are never compared with their source."""
    from attendees import resync as module

    module.Resync._compare = lambda _self, everything: True


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


def alone() -> None:
    """However often a message came back, others are taken beside it."""
    from messaging import broker_reader, topology

    broker_reader.REDELIVERY_LIMIT = topology.NO_LIMIT


SWITCHES: dict[str, Callable[[], None]] = {
    switch.__name__: switch
    for switch in (
        inbox,
        mandatory,
        confirm_wait,
        one_per_subject,
        leader_lock,
        revision_guard,
        tombstone,
        ambiguous_receipt,
        in_hand,
        reconciler,
        resync,
        outbox,
        late_acknowledgement,
        alone,
    )
}


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """By now all code under test is imported, and none of it has run."""
    name = os.environ.get("SAFEGUARD_OFF")
    if name:
        SWITCHES[name]()
        settings.register_profile("red is enough", phases=[Phase.generate])  # the shortest story takes minutes to find
        settings.load_profile("red is enough")
