"""A batch of letters is cut in the middle: each letter of it fares as it would alone."""

import pytest

from tests.faults.failpoints import armed
from tests.faults.mail_server import CLOSE, EachFourth, First
from tests.faults.patience import until
from tests.faults.test_mail_faults import played

QUEUES = ("workflow.presentation_approvals", "workflow.presentation_rejections")
ENDED = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"


def a_full_queue(stage) -> tuple:
    """A load whose forty letters wait, so that a worker will take them in batches; and where its log is now."""
    for worker in stage.workers:
        worker.kill()
    load = stage.driver.wait(stage.load(decisions=40, changes=0, seconds=0.3))
    until(lambda: sum(stage.broker.waiting(stage.vhost).get(queue, 0) for queue in QUEUES) == 40)
    return load, [worker.mark() for worker in stage.workers]


def batches(stage, marks: list[int]) -> int:
    """Of how many letters at once the workers said so."""
    counts = zip(stage.workers, marks, strict=True)
    return sum(worker.count(r"and \d+ before it done", mark) for worker, mark in counts)


@pytest.mark.parametrize("pipelines", [True, False], ids=["pipelined", "one by one"])
@pytest.mark.parametrize(
    ("verb", "doubts", "doubled"),
    [("MAIL", 0, 0), ("RCPT", 0, 0), ("READY", 0, 0), ("CONTENT", 3, 0), ("DATA", 3, 0), ("TAKEN", 3, 3)],
)
def test_a_batch_that_is_cut_is_in_doubt_about_the_letter_in_hand_only(stage, verb, doubts, doubled, pipelines):
    load, marks = a_full_queue(stage)
    stage.mail.script.instead[verb] = EachFourth(CLOSE, 3)
    stage.mail.script.pipelines = pipelines
    for worker in stage.workers:
        worker.start()

    until(lambda: played(stage, verb) == 3 and len(stage.mail.script.letters) >= 40)
    proof = f"{played(stage, verb)} cuts, {batches(stage, marks)} batches"
    is_proven = played(stage, verb) == 3 and batches(stage, marks)
    how = "pipelined" if pipelines else "one by one"
    result = stage.settle(f"mail: batch cut at {verb}, {how}", load, proof if is_proven else "", cuts=doubts)
    assert (result.ambiguous, result.doubled) == (doubts, doubled)


def test_on_request_the_one_letter_of_a_batch_that_is_in_doubt_is_held(stage):
    load, marks = a_full_queue(stage)
    stage.mail.script.instead["TAKEN"] = EachFourth(CLOSE, 3)
    for worker in stage.workers:
        worker.start(EMAIL_AMBIGUOUS="hold")

    until(lambda: played(stage, "TAKEN") == 3 and len(stage.mail.script.letters) >= 40)
    proof = f"{played(stage, 'TAKEN')} cuts, {batches(stage, marks)} batches"
    result = stage.settle("mail: batch cut at TAKEN, hold", load, proof if batches(stage, marks) else "", 3, poison=3)
    for worker in stage.workers:
        worker.restart()
    assert (result.ambiguous, result.doubled) == (3, 0)


def test_a_worker_that_is_killed_leaves_no_more_letters_in_doubt_than_it_may(stage):
    load, _ = a_full_queue(stage)
    name = "letter in the middle of a batch taken, receipt not"
    victim = stage.workers[0]
    mark = victim.mark()
    victim.start(EMAIL_IN_DOUBT="5", **armed(name))
    until(lambda: not victim.is_running(), 60)
    for worker in stage.workers:
        worker.start(EMAIL_IN_DOUBT="5")

    proof = "worker killed" if victim.count(f"dies here: {name}", mark) else ""
    result = stage.settle("mail: worker killed, 5 may be in doubt", load, proof, cuts=5)
    for worker in stage.workers:
        worker.restart()
    assert 1 <= result.doubled <= result.ambiguous <= 5


def test_a_refused_letter_in_a_batch_delays_no_other(stage):
    load, marks = a_full_queue(stage)
    stage.mail.script.instead["RCPT"] = First("550 no such mailbox", 3, every_time=True)
    for worker in stage.workers:
        worker.start()

    until(lambda: len(stage.mail.script.letters) == 37)
    proof = f"{played(stage, 'RCPT')} refusals, {batches(stage, marks)} batches"
    is_proven = played(stage, "RCPT") == 3 and batches(stage, marks)
    stage.settle("mail: 550 in a batch", load, proof if is_proven else "", poison=3, parked_letters=3)


def test_a_database_that_goes_away_in_the_middle_of_a_batch_doubles_no_letter(stage):
    load, marks = a_full_queue(stage)
    name = f"workflow_{stage.vhost}"
    cuts: list[int] = []

    def cut(_recipient: str) -> None:
        """At the fifth letter all sessions end, and none begins for a while."""
        cuts.append(1)
        if len(cuts) == 5:
            stage.database.ask("postgres", f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            stage.database.ask("postgres", ENDED, [name])

    stage.mail.script.instead["DATA"] = cut
    for worker in stage.workers:
        worker.start()
    until(lambda: all(worker.count("waits: database", mark) for worker, mark in zip(stage.workers, marks, strict=True)))
    stage.database.ask("postgres", f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')

    waited = sum(worker.count("waits: database", mark) for worker, mark in zip(stage.workers, marks, strict=True))
    result = stage.settle("database gone in a batch", load, f"waited {waited} times" if waited else "", cuts=2)
    assert result.doubled == 0
