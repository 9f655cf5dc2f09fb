"""Workers die, are stopped, and get messages that nobody can read."""

import json
import random
import time
import uuid

import pytest

from tests.faults.broker import USER
from tests.faults.patience import until
from tests.faults.proxy import Proxy

APPROVALS = "presentation_approvals"
POISON = {
    "not JSON": (b"{not json", {}),
    "another version": (b"{}", {"headers": {"version": 99}}),
    "a field is missing": (b'{"title": "No presenter"}', {}),
    "an unknown type": (b"{}", {"type": "presentation.sung"}),
}


def test_workers_that_are_killed_under_load_lose_nothing(stage):
    chance = random.Random(stage.seed)
    load = stage.load(decisions=600, changes=0, seconds=15)
    kills = 0
    for _ in range(12):
        time.sleep(1)
        worker = chance.choice(stage.workers)
        worker.kill()
        worker.start()
        kills += 1
    stage.driver.wait(load)

    stage.settle("workers killed", load, f"{kills} kills", cuts=kills)


@pytest.mark.quick
def test_a_worker_that_is_killed_in_the_middle_of_a_letter_leaves_one_doubt_at_most(stage):
    stage.mail.script.seconds_per_letter = 0.3
    load = stage.load(decisions=12, changes=0, seconds=0.1)
    stage.driver.wait(load)
    until(lambda: stage.mail.script.letters)
    for worker in stage.workers:
        worker.kill()
        worker.start()
    stage.mail.behave()

    stage.settle("workers killed in the middle of a letter", load, f"{len(stage.workers)} kills", cuts=2)


def test_workers_that_are_stopped_sixty_times_park_nothing(stage):
    load = stage.load(decisions=600, changes=0, seconds=100)
    statuses = []
    for number in range(60):
        worker = stage.workers[number % len(stage.workers)]
        worker.wait_ready()  # sooner, nobody has told it yet what to do when it is asked to stop
        statuses.append(worker.terminate())
        worker.start()
        time.sleep(1)
    stage.driver.wait(load)

    assert statuses == [0] * 60
    stage.settle("workers stopped, sixty times", load, f"{len(statuses)} ended with 0")


@pytest.mark.quick
def test_unreadable_messages_are_parked_and_their_neighbours_are_not(stage):
    marks = [worker.mark() for worker in stage.workers]
    load = stage.load(decisions=60, changes=0, seconds=1)
    for body, properties in POISON.values():
        known = {"type": "presentation.approved", "message_id": str(uuid.uuid4())}
        stage.broker.publish(stage.vhost, "presentations", APPROVALS, body, **{**known, **properties})
    stage.driver.wait(load)

    def buried() -> int:
        return sum(worker.count("dead letter:", mark) for worker, mark in zip(stage.workers, marks, strict=True))

    until(lambda: buried() == len(POISON))
    stage.settle("unreadable messages", load, f"{buried()} dead letters, with reasons", poison=len(POISON))


def test_where_everything_is_unreadable_the_worker_stops_draining(stage):
    body = json.dumps({"title": "No presenter"}).encode()
    marks = [worker.mark() for worker in stage.workers]
    for _ in range(100):
        stage.broker.publish(stage.vhost, "presentations", APPROVALS, body, type="presentation.approved")

    def doubted() -> int:
        words = "all failed alike"
        return sum(worker.count(words, mark) for worker, mark in zip(stage.workers, marks, strict=True))

    assert until(lambda: doubted() == len(stage.workers), 20)
    time.sleep(3)
    assert stage.broker.waiting(stage.vhost)["workflow.dead_letters"] < 60
    for worker in stage.workers:
        worker.terminate()
    stage.broker.call("DELETE", f"queues/{stage.vhost}/workflow.{APPROVALS}/contents")
    stage.broker.take_all(stage.vhost, "workflow.dead_letters")
    for worker in stage.workers:
        worker.restart()


def test_a_worker_that_loses_its_connection_over_a_letter_is_not_taken_for_dead(stage):
    proxy = Proxy(stage.broker.port)
    first, second = stage.workers
    url = f"amqp://{USER}@127.0.0.1:{proxy.port}/{stage.vhost}"
    first.restart(EMAIL_TIMEOUT="20", RABBITMQ_URL=url)
    second.terminate()
    stage.mail.script.seconds_per_letter = 6
    load = stage.load(decisions=1, changes=0, seconds=0.1)
    stage.driver.wait(load)
    second.restart(EMAIL_TIMEOUT="20")
    mark = first.mark()
    proxy.stop()

    closed = until(lambda: first.count("lost RabbitMQ", mark), 3) and not stage.mail.script.letters
    until(lambda: stage.mail.script.letters)
    stage.mail.behave()
    first.restart()
    stage.settle("connection lost over a letter", load, "closed with a letter in hand" if closed else "")
