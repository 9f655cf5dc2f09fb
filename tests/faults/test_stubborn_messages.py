"""Messages that kill whoever reads them, that come back after months, or that another version wrote."""

import signal
import uuid
from pathlib import Path

import pytest

from tests.faults.mail_server import First, Letter
from tests.faults.outsiders import APPROVALS, TYPE, approval
from tests.faults.patience import until

SEGFAULT = str(Path(__file__).with_name("segfault"))
ROWS = """
    SELECT message_id::text, type, body, headers, routing_key FROM outbox_outboxmessage
     WHERE type IN ('presentation.approved', 'presentation.rejected')
"""
AGE = "UPDATE {} SET {} = {} - interval '100 days'"
AGED = {
    "workflow": [("presentation_mailer_letter", "created_at"), ("presentation_mailer_letter", "sent_at")],
    "attendees": [("inbox_receipt", "received_at")],
    "monolith": [("inbox_receipt", "received_at")],
}


def letters_to(stage, name: str) -> list[Letter]:
    return [letter for letter in stage.mail.script.letters if letter.recipient == f"{name}@example.com"]


def test_a_message_that_kills_every_worker_ends_as_a_dead_letter_and_its_neighbours_do_not(stage):
    deadly = {"PYTHONPATH": SEGFAULT}
    for worker in stage.workers:
        worker.restart(**deadly)
    load = stage.load(decisions=40, changes=0, seconds=1)
    poison = str(uuid.uuid4())
    stage.broker.publish(
        stage.vhost, "presentations", APPROVALS, approval("segfault"), message_id=poison, type=TYPE, delivery_mode=2
    )
    deaths = []

    def is_parked() -> bool:
        for worker in stage.workers:
            if not worker.is_running():
                deaths.append(worker.status)
                worker.start(**deadly)
        return stage.broker.waiting(stage.vhost).get("workflow.dead_letters", 0) == 1

    assert until(is_parked, 900)  # a busy machine takes its time to start a worker fifty times
    stage.driver.wait(load)
    for worker in stage.workers:
        worker.restart()
    assert poison in stage.workers[0].command("dead_letters", "list")
    assert "1 replayed" in stage.workers[0].command("dead_letters", "replay", poison)
    until(lambda: letters_to(stage, "segfault"))

    proof = f"{len(deaths)} workers died of it; replayed, its letter went out"
    is_proven = set(deaths) == {-signal.SIGSEGV} and len(letters_to(stage, "segfault")) == 1
    stage.settle("message that kills its worker", load, proof if is_proven else "")


def test_what_is_replayed_twice_a_hundred_days_later_has_no_second_effect(stage):
    stage.mail.script.instead["RCPT"] = First("550 no such mailbox", 1)
    load = stage.load(decisions=40, changes=0, seconds=1)
    stage.driver.wait(load)
    until(lambda: stage.broker.waiting(stage.vhost).get("workflow.dead_letters"))
    for service, columns in AGED.items():
        for table, column in columns:
            stage.database.ask(f"{service}_{stage.vhost}", AGE.format(table, column, column))
    for worker in stage.workers:
        worker.restart()
    marks = [worker.mark() for worker in stage.workers]
    replayed = stage.workers[0].command("dead_letters", "replay", "--all")
    until(lambda: len(stage.mail.script.letters) == 40)
    rows = [row for row in stage.database.ask(f"monolith_{stage.vhost}", ROWS) if row[0] in ids(stage, load)]
    for id_, type_, body, headers, key in rows * 2:
        stage.broker.pour(
            stage.vhost,
            key,
            [
                (
                    bytes(body),
                    {
                        "message_id": id_,
                        "type": type_,
                        "headers": {n: headers[n] for n in ("version", "presentation_id")},
                    },
                )
            ],
        )

    def came_again() -> int:
        return sum(w.count("came again; it was sent", mark) for w, mark in zip(stage.workers, marks, strict=True))

    until(lambda: came_again() >= 80)
    is_proven = "1 replayed" in replayed and came_again() >= 80
    proof = f"1 dead letter and all {len(rows)} messages replayed, {came_again()} came again" if is_proven else ""
    stage.settle("replayed twice, 100 days later", load, proof)


def ids(stage, load) -> set[str]:
    return stage.checker.look(load.presentations, load.ok).committed


@pytest.mark.quick
def test_writers_of_other_versions_are_understood_on_the_same_queue(stage):
    """The course's programs are our oldest version; the next one of ours adds fields and headers, as it may."""
    load = stage.load(decisions=60, changes=0, seconds=1)
    newer = {
        "message_id": str(uuid.uuid4()),
        "type": TYPE,
        "headers": {"version": 1, "subject": "presentation/0", "tenant": "new"},
    }
    stage.broker.publish(stage.vhost, "presentations", APPROVALS, approval("course"))
    stage.broker.publish(stage.vhost, "presentations", APPROVALS, approval("course"))
    stage.broker.publish(stage.vhost, "presentations", APPROVALS, approval("newer", room={"floor": 3}), **newer)
    stage.driver.wait(load)

    until(lambda: letters_to(stage, "course") and letters_to(stage, "newer"))
    written = [len(letters_to(stage, name)) for name in ("course", "newer")]
    proof = "bare JSON, twice the same, and a newer message: a letter each"
    stage.settle("writers of three versions", load, proof if written == [1, 1] else "")
