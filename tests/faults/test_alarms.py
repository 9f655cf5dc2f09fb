"""RabbitMQ has no memory, or no disk: it takes nothing more, and gives what it has."""

import pytest

from tests.faults.patience import until

LIMITS = {
    "memory": (("set_vm_memory_high_watermark", "0"), ("set_vm_memory_high_watermark", "0.6")),
    "disk": (("set_disk_free_limit", "99999GB"), ("set_disk_free_limit", "50MB")),
}


@pytest.mark.parametrize("short_of", LIMITS)
def test_a_broker_that_is_short_of_something_stops_publishing_only(stage, short_of):
    said = f"{short_of} resource limit alarm set"
    alarms = stage.broker.log().count(said)
    too_much, usual = LIMITS[short_of]
    stage.mail.script.seconds_per_letter = 0.2
    load = stage.load(decisions=100, changes=100, seconds=4)
    until(lambda: len(stage.mail.script.letters) > 5)
    stage.broker.control(*too_much)
    before = len(stage.mail.script.letters)
    stage.mail.behave()
    stage.driver.wait(load)
    drained = until(lambda: not stage.broker.waiting(stage.vhost), 20)
    during = len(stage.mail.script.letters) - before
    held = stage.checker.look(load.presentations, load.ok).pending
    stage.broker.control(*usual)

    assert load.slowest_percent() < 1000, "a decision waited for the broker"
    set_now = stage.broker.log().count(said) - alarms
    proof = f"alarm set; {held} messages held back, {during} letters went out of the backlog"
    stage.settle(f"{short_of} alarm", load, proof if set_now and drained and held and during else "")
