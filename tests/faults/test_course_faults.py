"""Course mode: decisions pass through queues that do not outlive the broker, and mailers of the course compete.

Nothing of our own is lost. Twice gets a presenter a letter only where a mailer of the course, which confirms nothing,
had taken the decision less than two seconds before the broker, the relay or its database ended.
"""

import random
import time

import pytest

from tests.faults.course_stage import decided, no_workers
from tests.faults.patience import until

AGAIN = r"(\d+) decisions that nobody had taken are published again"


@pytest.mark.quick
def test_one_letter_each_whoever_writes_it(course, mailers):
    mailers(2)

    load = decided(course, 120)

    until(lambda: not course.look_at_letters(load).lost)
    letters = course.look_at_letters(load)
    shared = f"{len(letters.ours)} by our workers, {len(letters.theirs)} by two mailers of the course"
    course.settle_course("none; mailers of the course beside our workers", load, shared * bool(letters.theirs))


@pytest.mark.quick
def test_what_a_mailer_of_the_course_took_is_not_sent_again_in_or_after_course_mode(course, mailers):
    no_workers(course)
    mailers(1)
    course.notified.restart(NOTIFY_TIMEOUT="1")
    load = decided(course, 60)

    assert until(lambda: not course.in_doubt(), 20)
    with_theirs_only = course.look_at_letters(load)
    course.switch(on=False)
    course.notified.restart(NOTIFY_TIMEOUT="1")
    mark = course.notified.mark()
    later = decided(course, 10)
    until(lambda: not course.look_at_letters(later).lost)
    course.switch(on=True)

    assert not with_theirs_only.ours
    assert not course.notified.count("published again", mark)
    course.settle_course("NOTIFY_TIMEOUT passed, then switched off and on", load, "60 taken, none published again")


@pytest.mark.quick
def test_what_waited_when_the_broker_restarted_is_published_again(course):
    no_workers(course)
    assert until(lambda: not course.in_doubt(), 20)  # of the loads before
    load = decided(course, 60)
    assert until(lambda: course.waiting_for_course() == 60)
    mark = course.relay.mark()
    course.broker.stop()
    course.broker.start()
    assert until(lambda: course.relay.count(AGAIN, mark), 60)
    for worker in course.workers:
        worker.start()

    course.settle_course(
        "broker restarted over what waited", load, "60 published again" * course.relay.count("60 decisions", mark)
    )


@pytest.mark.quick
def test_what_was_taken_when_the_broker_restarted_is_not_published_again(course, mailers):
    no_workers(course)
    mailers(1)
    load = decided(course, 60)
    assert until(lambda: not course.in_doubt(), 20)
    mark = course.relay.mark()
    course.broker.stop()
    course.broker.start()

    assert until(lambda: course.relay.count(AGAIN, mark), 60)
    for worker in course.workers:
        worker.start()
    course.settle_course("broker restarted over what was taken", load, "60 taken before")


def test_a_broker_that_is_killed_under_load_loses_nothing_of_ours(course):
    """Without a mailer of the course: what the broker handed to one that acknowledges at once may be lost with it."""
    load = course.load(decisions=300, changes=0, seconds=15)
    for _ in range(2):
        time.sleep(4)
        course.broker.kill()
        course.broker.start()
    course.driver.wait(load)

    course.settle_course("broker killed under load, our workers alone", load, "2 kills", may_double=True)


def test_workers_that_are_killed_under_load_lose_nothing(course, mailers):
    mailers(1)
    chance = random.Random(course.seed)
    load = course.load(decisions=300, changes=0, seconds=10)
    for _ in range(6):
        time.sleep(1.2)
        worker = chance.choice(course.workers)
        worker.kill()
        worker.start()
    course.driver.wait(load)

    course.settle_course("workers killed under load", load, "6 kills")


def test_a_relay_that_is_killed_under_load_loses_nothing(course, mailers):
    mailers(1)
    load = course.load(decisions=300, changes=0, seconds=10)
    for _ in range(5):
        time.sleep(1.5)
        course.relay.kill()
        course.notified.kill()
        course.relay.start()
        course.notified.start()
    course.driver.wait(load)

    course.settle_course("monolith's processes killed under load", load, "5 kills of each", may_double=True)


@pytest.mark.parametrize("end", ["crash", "kill"])
def test_a_database_that_ends_under_load_costs_time_only(course, mailers, end):
    mailers(1)
    mark = len(course.database.log())
    load = course.load(decisions=300, changes=0, seconds=12)
    time.sleep(2)
    getattr(course.database, end)()
    course.database.start()
    course.driver.wait(load)

    recovered = "automatic recovery in progress" in course.database.log()[mark:]
    course.settle_course(f"database: {end}", load, "recovered from its log" if recovered else "", may_double=True)


def test_switching_it_off_and_on_under_load_loses_nothing(course):
    load = course.load(decisions=300, changes=0, seconds=20)
    for on in (False, True, False, True):
        course.switch(on)
    course.driver.wait(load)

    course.settle_course("switched off and on, under load", load, "twice each")
