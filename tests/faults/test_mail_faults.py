"""The mail server refuses, hangs, or leaves in the middle of a letter."""

import time

import pytest

from tests.faults.mail_server import CLOSE, DRIP, HANG, First
from tests.faults.patience import until


def played(stage, verb: str) -> int:
    return stage.mail.script.played.get(verb, 0)


def test_a_refusal_for_now_is_tried_again_later(stage):
    stage.mail.script.instead["RCPT"] = First("450 mailbox busy", 5)
    load = stage.load(decisions=60, changes=0, seconds=1)
    stage.driver.wait(load)

    refused = until(lambda: played(stage, "RCPT") == 5) and played(stage, "RCPT")
    stage.settle("mail: 450 for five recipients", load, f"{refused} refusals" if refused else "")


def test_a_refusal_for_good_is_parked_at_once(stage):
    stage.mail.script.instead["RCPT"] = First("550 no such mailbox", 3, every_time=True)
    load = stage.load(decisions=40, changes=0, seconds=1)
    stage.driver.wait(load)

    until(lambda: played(stage, "RCPT") == 3)
    proof = f"{played(stage, 'RCPT')} refusals" if played(stage, "RCPT") == 3 else ""
    stage.settle("mail: 550 for three recipients", load, proof, poison=3, parked_letters=3)


def test_a_mail_server_that_is_away_costs_time_only(stage):
    marks = [worker.mark() for worker in stage.workers]
    stage.mail.stop()
    load = stage.load(decisions=60, changes=0, seconds=1)
    stage.driver.wait(load)
    time.sleep(4)
    stage.mail.start()

    waited = [w.count("waits: mail server", mark) for w, mark in zip(stage.workers, marks, strict=True)]
    stage.settle("mail server away", load, f"waited {waited} times" if all(waited) else "")


def test_a_mail_server_that_refuses_our_password_costs_time_only(stage):
    stage.mail.script.instead["AUTH"] = "535"
    for worker in stage.workers:
        worker.restart(EMAIL_HOST_USER="letters", EMAIL_HOST_PASSWORD="wrong for now")
    load = stage.load(decisions=60, changes=0, seconds=1)
    stage.driver.wait(load)
    until(lambda: played(stage, "AUTH") >= 4)
    refused, taken = played(stage, "AUTH"), len(stage.mail.script.letters)
    stage.mail.behave()

    proof = f"{refused} log-ins refused" if refused >= 4 and not taken else ""
    stage.settle("mail: log-in refused", load, proof)
    for worker in stage.workers:
        worker.restart()


def test_a_mail_server_that_is_too_busy_for_anybody_costs_time_only(stage):
    stage.mail.script.instead["RCPT"] = "421 too busy"
    load = stage.load(decisions=60, changes=0, seconds=1)
    stage.driver.wait(load)
    until(lambda: played(stage, "RCPT") >= 6)
    refused = played(stage, "RCPT")
    stage.mail.behave()

    stage.settle("mail: 421 for everybody", load, f"{refused} refusals" if refused >= 6 else "")


def test_a_mail_server_that_answers_in_drips_is_given_up_like_one_that_hangs(stage):
    marks = [worker.mark() for worker in stage.workers]
    stage.mail.script.instead["RCPT"] = First(DRIP, 1, every_time=True)
    load = stage.load(decisions=40, changes=0, seconds=1)
    stage.driver.wait(load)
    until(lambda: played(stage, "RCPT") >= 3, 30)
    given_up = sum(w.count("waits: mail server", mark) for w, mark in zip(stage.workers, marks, strict=True))
    letters = len(stage.mail.script.letters)
    stage.mail.behave()

    proof = f"given up {given_up} times; {letters} letters of the other worker went out meanwhile"
    stage.settle("mail server drips", load, proof if given_up and letters else "")


@pytest.mark.parametrize("verb", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "NOOP"])
def test_a_mail_server_that_hangs_costs_time_only(stage, verb):
    if verb in ("CONNECT", "EHLO"):
        for worker in stage.workers:
            worker.restart()  # they keep a connection, and would not come to that
    stage.mail.script.instead[verb] = HANG
    load = stage.load(decisions=40, changes=0, seconds=1)
    stage.driver.wait(load)
    until(lambda: played(stage, verb) >= (1 if verb == "NOOP" else 3), 30)  # asked only of a session that rested
    hung = played(stage, verb)
    stage.mail.behave()

    doubts = 2 if verb == "DATA" else 0  # the letter that each of two workers had in hand
    stage.settle(f"mail server hangs at {verb}", load, f"hung {hung} times" if hung else "", cuts=doubts)


def test_a_session_that_ends_before_the_answer_is_the_one_doubt(stage):
    stage.mail.script.instead["DATA"] = First(CLOSE, 3)
    load = stage.load(decisions=40, changes=0, seconds=1)
    stage.driver.wait(load)

    until(lambda: played(stage, "DATA") == 3)
    stage.settle("mail: cut before it was taken", load, f"{played(stage, 'DATA')} cuts", cuts=played(stage, "DATA"))


@pytest.mark.quick
def test_a_session_that_ends_after_the_letter_was_taken_doubles_that_one_only(stage):
    stage.mail.script.close_after_taking = 3
    load = stage.load(decisions=40, changes=0, seconds=1)
    stage.driver.wait(load)

    until(lambda: len(stage.mail.script.unanswered) == 3)
    result = stage.settle("mail: cut after it was taken", load, f"{len(stage.mail.script.unanswered)} cuts", cuts=3)
    assert result.doubled == len(set(stage.mail.script.unanswered))


def test_on_request_a_letter_in_doubt_is_held_and_nothing_is_doubled(stage):
    for worker in stage.workers:
        worker.restart(EMAIL_AMBIGUOUS="hold")
    stage.mail.script.close_after_taking = 3
    load = stage.load(decisions=40, changes=0, seconds=1)
    stage.driver.wait(load)

    until(lambda: len(stage.mail.script.unanswered) == 3)
    proof = f"{len(stage.mail.script.unanswered)} cuts"
    result = stage.settle("mail: cut after it was taken, hold", load, proof, cuts=3, poison=3)
    for worker in stage.workers:
        worker.restart()
    assert result.doubled == 0


def test_a_connection_lost_while_saying_goodbye_is_no_failure(stage):
    for worker in stage.workers:
        worker.restart()
    load = stage.load(decisions=20, changes=0, seconds=1)
    stage.driver.wait(load)
    until(lambda: len(stage.mail.script.letters) == 20)
    stage.mail.script.instead["QUIT"] = CLOSE
    statuses = [worker.terminate() for worker in stage.workers]
    for worker in stage.workers:
        worker.restart()

    stage.settle("mail: cut at QUIT", load, f"workers ended with {statuses}" if statuses == [0, 0] else "")
