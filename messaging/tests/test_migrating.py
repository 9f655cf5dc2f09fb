"""A queue gets other arguments, and loses nothing of what waits in it."""

import os
import re
import subprocess
import sys
import threading
from io import StringIO
from pathlib import Path

import pika
import pytest
from django.core.management import CommandError, call_command
from pika import BasicProperties
from pika.adapters.blocking_connection import BlockingChannel

from contracts.topology import conference_go
from messaging import holding, migrating
from messaging.declaring import readers
from messaging.tests.conftest import approval, eventually
from messaging.tests.recorder import DEAD, QUEUE, Recorder, depth
from messaging.tests.test_differing_queues import remake

ROOT = Path(__file__).parents[2]
BY_HAND = {"x-message-ttl": 3_600_000}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Nobody is about to end here."""
    monkeypatch.setattr(migrating, "GRACE", 1.0)
    monkeypatch.setattr(holding, "PATIENCE", 1.0)


@pytest.fixture
def command(settings, broker_url):
    settings.RABBITMQ_URL, settings.SERVICE_NAME = broker_url, QUEUE.owner

    def run(*arguments: str) -> str:
        printed = StringIO()
        call_command("topology", *arguments, stdout=printed)
        return printed.getvalue()

    return run


def bodies(channel: BlockingChannel, name: str) -> list[bytes]:
    found = []
    while (body := channel.basic_get(name, auto_ack=True)[2]) is not None:
        found.append(body)
    return found


def rebind(channel: BlockingChannel, name: str) -> None:
    next(each for each in conference_go().declarations() if each.name == name).bind(channel)


def test_where_nothing_differs_it_says_so(channel, command):
    assert command("check").count("as this version asks for") == 5
    assert command("migrate") == "nothing differs\n"


def test_a_check_names_what_differs_and_how(channel, command):
    remake(channel, QUEUE.retry, **BY_HAND)

    with pytest.raises(CommandError, match="1 differ"):
        command("check")


@pytest.mark.parametrize("name", [QUEUE.name, QUEUE.retry, DEAD], ids=["queue", "retry", "dead letters"])
def test_all_that_waits_is_in_the_new_queue_in_its_order(channel, command, name):
    remake(channel, name, **BY_HAND)
    rebind(channel, name)
    channel.confirm_delivery()
    sent = [str(number).encode() for number in range(250)]
    for each in sent:
        channel.basic_publish("", name, each, BasicProperties(headers={"x-death": [], "of": "mine"}))

    assert f"{name} is as this version asks for; 250 messages moved" in command("migrate")

    assert command("migrate") == "nothing differs\n"
    came_back = bodies(channel, QUEUE.name) if name == QUEUE.retry else []  # after their ten seconds
    assert came_back + bodies(channel, name) == sent
    assert readers(channel.connection, migrating.spare(name)) is None


def test_what_is_published_meanwhile_arrives(channel, command, broker_url):
    remake(channel, QUEUE.name, **BY_HAND)
    rebind(channel, QUEUE.name)
    over, published = threading.Event(), []

    def publish() -> None:
        with pika.BlockingConnection(pika.URLParameters(broker_url)) as connection:
            mine = connection.channel()
            mine.confirm_delivery()
            while not over.is_set():
                wire = approval(len(published) + 1).wire()
                mine.basic_publish(wire.exchange, wire.key, wire.body, wire.properties(), mandatory=True)
                published.append(wire.body)
                connection.sleep(0.005)

    monolith = threading.Thread(target=publish)
    monolith.start()
    eventually(lambda: len(published) > 100)

    command("migrate")

    over.set()
    monolith.join()
    assert set(bodies(channel, QUEUE.name)) == set(published)


def test_what_waits_for_its_retry_is_not_lost_when_its_queue_is_away(channel, command):
    remake(channel, QUEUE.name, **BY_HAND)
    channel.basic_publish("", QUEUE.retry, b"again", BasicProperties(headers={"attempts": 1}))

    command("migrate")

    _, properties, body = channel.basic_get(QUEUE.name)
    assert (body, properties.headers["attempts"]) == (b"again", 1)


def test_a_dead_letter_says_afterwards_why_it_died(channel, command, dead_letters):
    channel.basic_publish("", QUEUE.name, b"{}", BasicProperties(message_id="late", expiration="1"))
    eventually(lambda: depth(channel, DEAD) == 1)
    migrating.migrate(
        channel.connection, next(each for each in conference_go().declarations() if each.name == DEAD), None
    )

    assert "it waited for longer" in dead_letters("list")
    assert QUEUE.name in dead_letters("show", "late")


def test_an_interrupted_one_is_told_and_goes_on(channel, command, monkeypatch):
    remake(channel, QUEUE.name, **BY_HAND)
    channel.basic_publish("", QUEUE.name, b"1")

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(migrating, "declare", interrupted)
        command("migrate")

    with pytest.raises(CommandError, match="1 differ"):
        command("check")
    command("migrate")
    assert bodies(channel, QUEUE.name) == [b"1"]


@pytest.mark.parametrize("name", [QUEUE.name, QUEUE.retry], ids=["queue", "retry"])
def test_it_is_refused_while_somebody_reads_the_queue(channel, consume, command, name):
    remake(channel, name, **BY_HAND)
    consume(Recorder().consumer)
    eventually(lambda: readers(channel.connection, QUEUE.name))

    with pytest.raises(CommandError, match=f"1 consumers read {QUEUE.name}: stop them"):
        command("migrate")


def test_it_is_refused_while_somebody_looks_at_the_dead_letters(channel, command, broker_url):
    remake(channel, DEAD, **BY_HAND)

    with (
        pika.BlockingConnection(pika.URLParameters(broker_url)) as other,
        holding.hold(other, DEAD),
        pytest.raises(CommandError, match=f"somebody else has {DEAD} in hand"),
    ):
        command("migrate")


def test_a_queue_of_others_is_not_migrated_from_here(channel, command):
    with pytest.raises(CommandError, match="no queue of workflow: monolith"):
        command("migrate", "monolith.presentation_notified")
    assert depth(channel, "monolith.presentation_notified") == 0


def test_the_commands_of_the_page_do_what_it_says(channel, broker_url):
    remake(channel, DEAD, **BY_HAND)
    page = (ROOT / "docs/how-to/change-a-queues-arguments.md").read_text()
    commands = re.findall(r"python (presentation_workflow/manage\.py topology \w+)$", page, re.MULTILINE)
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "presentation_mailer.settings",
        "DEBUG": "1",
        "RABBITMQ_URL": broker_url,
        "DATABASE_URL": "postgres:///none",
    }

    def run(command: str) -> int:
        return subprocess.run([sys.executable, *command.split()], cwd=ROOT, env=env, check=False).returncode

    assert [run(command) for command in [*commands, commands[0]]] == [1, 0, 0]
