"""Many dead letters, and several people who look at them."""

import threading

import pika
import pytest
from django.core.management import CommandError

from messaging import holding, taking, topology
from messaging.dead_letters import DeadLetters
from messaging.holding import hold
from messaging.tests.conftest import eventually
from messaging.tests.recorder import DEAD, QUEUE, depth


def fill(channel, number: int) -> None:
    for n in range(1, number + 1):
        noted = {"why": "no such mailbox", "from_queue": QUEUE.name, "died_at": "2026-11-27T05:00:00+00:00"}
        properties = pika.BasicProperties(message_id=f"{n:036}", type="presentation.approved", headers=noted)
        channel.basic_publish(topology.DEAD_LETTERS, QUEUE.name, b"{}", properties)
    eventually(lambda: depth(channel, DEAD) == number)


def test_many_are_listed_by_pages_and_one_is_found_among_them(channel, dead_letters):
    fill(channel, 230)

    first, last = dead_letters("list").splitlines(), dead_letters("list", "--page", "5").splitlines()

    assert (len(first), first[-1]) == (51, "1 to 50 of 230; the next ones: list --page 2")
    assert [line.split()[0] for line in last[:-1]] == [f"{n:036}" for n in range(201, 231)]
    assert last[-1] == "230 dead letters of workflow"
    assert dead_letters("discard", f"{225:036}", "--why", "tried") == "1 discarded\n"
    eventually(lambda: depth(channel, DEAD) == 229)


def test_one_that_is_named_whole_is_found_without_taking_those_behind_it(channel, dead_letters, monkeypatch):
    monkeypatch.setattr(taking, "AT_ONCE", 10)
    fill(channel, 100)
    letters = DeadLetters(channel, QUEUE.owner)

    found = letters.find([f"{15:036}"])

    assert [each.id for each in found[f"{15:036}"]] == [f"{15:036}"]
    assert depth(channel, DEAD) == 80


def test_two_people_at_once_are_told_of_all_one_after_the_other(channel, dead_letters, broker_url, caplog):
    fill(channel, 30)
    told = []

    with pika.BlockingConnection(pika.URLParameters(broker_url)) as other:
        with hold(other, DEAD):
            second = threading.Thread(target=lambda: told.append(dead_letters("list")))
            second.start()
            eventually(lambda: f"somebody else has {DEAD} in hand; waiting" in caplog.text)
        second.join()

    assert told[0].splitlines()[-1] == "30 dead letters of workflow"


def test_who_is_not_done_for_long_is_named_as_the_cause(channel, dead_letters, broker_url, monkeypatch):
    monkeypatch.setattr(holding, "PATIENCE", 0)

    with (
        pika.BlockingConnection(pika.URLParameters(broker_url)) as other,
        hold(other, DEAD),
        pytest.raises(CommandError, match=f"somebody else has {DEAD} in hand; try again"),
    ):
        dead_letters("list")
