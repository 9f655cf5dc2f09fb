"""RabbitMQ goes away, or takes something away, in every way that a single node can."""

import time

import pytest

from contracts.queues import PRESENTATION_APPROVALS
from messaging.connection import HEARTBEAT
from tests.faults.patience import until

LOST = r"lost RabbitMQ|waiting for RabbitMQ"
APPROVALS = PRESENTATION_APPROVALS.name


def all_lost_it(stage, marks: list[int]) -> str:
    """The proof that each process lost its connection since `marks`."""
    noticed = [process.count(LOST, mark) for process, mark in zip(stage.processes, marks, strict=True)]
    return f"each of {len(noticed)} processes lost its connection" if all(noticed) else ""


@pytest.mark.quick
def test_a_broker_that_is_stopped_and_started_costs_time_only(stage):
    marks = [process.mark() for process in stage.processes]
    load = stage.load()
    time.sleep(1)
    stage.broker.control("stop_app")
    stage.broker.control("start_app")
    stage.driver.wait(load)

    stage.settle("broker stopped and started", load, all_lost_it(stage, marks))


def test_a_broker_that_is_killed_five_times_costs_time_only(stage):
    marks = [process.mark() for process in stage.processes]
    load = stage.load(decisions=600, changes=600, seconds=40)
    for _ in range(5):
        time.sleep(2)
        stage.broker.kill()
        stage.broker.start()
    stage.driver.wait(load)

    stage.settle("broker killed, five times", load, all_lost_it(stage, marks))


def test_a_broker_that_is_killed_while_letters_are_slow_doubles_none(stage):
    marks = [process.mark() for process in stage.processes]
    stage.mail.script.seconds_per_letter = 1.5
    load = stage.load(decisions=20, changes=20, seconds=1)
    until(lambda: stage.mail.script.letters)
    stage.broker.kill()
    stage.broker.start()
    stage.driver.wait(load)
    lost, before = all_lost_it(stage, marks), len(stage.mail.script.letters)
    until(lambda: len(stage.mail.script.letters) > before + 2 * len(stage.workers))  # some of after the fault are slow
    rest = len(load.presentations) - len(stage.mail.script.letters)
    stage.mail.behave()  # at that pace the rest would take its time with the best of brokers

    proof = f"{lost}; {rest} letters left when they were no longer slow" if lost and rest > 0 else ""
    stage.settle("broker killed while letters are slow", load, proof)


def test_a_frozen_broker_slows_no_request_and_loses_nothing(stage):
    marks = [process.mark() for process in stage.processes]
    load = stage.load(seconds=10)
    time.sleep(1)
    stage.broker.freeze()
    time.sleep(3 * HEARTBEAT)
    stage.broker.thaw()
    stage.driver.wait(load)

    assert load.slowest_percent() < 1000, "a decision waited for the broker"
    stage.settle("broker frozen for a minute", load, all_lost_it(stage, marks))


def test_a_deleted_queue_is_made_again_by_those_who_read_it(stage):
    marks = [worker.mark() for worker in stage.workers]
    stage.broker.call("DELETE", f"queues/{stage.vhost}/{APPROVALS}")
    load = stage.load()
    stage.driver.wait(load)

    ended = [w.count("ended the consumer", mark) for w, mark in zip(stage.workers, marks, strict=True)]
    stage.settle("queue deleted", load, f"{ended} consumers ended by the broker" if all(ended) else "")


def test_an_unbound_queue_is_bound_again(stage):
    mark = stage.relay.mark()
    binding = f"bindings/{stage.vhost}/e/presentations/q/{APPROVALS}/presentation_approvals"
    stage.broker.call("DELETE", binding)
    load = stage.load()
    stage.driver.wait(load)

    returned = stage.relay.count("no queue is bound for it", mark)
    stage.settle("queue unbound", load, f"{returned} times returned" if returned else "")


def test_a_consumer_that_the_broker_timed_out_comes_back(stage):
    mark = len(stage.broker.log())
    stage.broker.control("eval", "application:set_env(rabbit, consumer_timeout, 3000).")
    try:
        for worker in stage.workers:
            worker.restart()
        stage.mail.script.seconds_per_letter = 1
        load = stage.load(decisions=40, changes=0, seconds=1)
        stage.driver.wait(load)
        until(lambda: "delivery acknowledgement on channel" in stage.broker.log()[mark:], 30)
        timeouts = stage.broker.log()[mark:].count("Timeout value used: 3000")
    finally:
        stage.broker.control("eval", "application:set_env(rabbit, consumer_timeout, 1800000).")
        stage.mail.behave()
        for worker in stage.workers:
            worker.restart()
    stage.settle("consumer timed out", load, f"{timeouts} channels closed by the broker" if timeouts else "")
