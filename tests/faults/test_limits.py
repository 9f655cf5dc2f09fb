"""Too little of something: time, files, memory for all that waits."""

import time
import uuid

from tests.faults.outsiders import APPROVALS, TYPE, approval
from tests.faults.patience import until

DEPTH = 50_000
FEW_FILES = 4  # fewer than every process has open


def test_a_worker_that_stood_still_for_too_long_doubles_what_it_had_in_hand_at_most(stage):
    stage.mail.script.seconds_per_letter = 2
    frozen, other = stage.workers
    mark = other.mark()
    load = stage.load(decisions=12, changes=0, seconds=0.1)
    stage.driver.wait(load)
    until(lambda: stage.mail.script.letters)
    frozen.freeze()
    time.sleep(3)  # the mail server takes the letter; its worker does not hear of it
    stage.mail.behave()
    taken_over = until(lambda: other.count("is taken for dead", mark), 120)
    frozen.thaw()

    proof = "its letter was taken over" if taken_over else ""
    stage.settle("worker frozen for longer than its letter is kept", load, proof, cuts=1)


def test_a_deep_backlog_costs_a_slow_worker_no_memory(stage):
    for worker in stage.workers:
        worker.kill()
    stage.broker.pour(
        stage.vhost,
        APPROVALS,
        [
            (approval(f"backlog-{number}"), {"message_id": str(uuid.uuid4()), "type": TYPE, "delivery_mode": 2})
            for number in range(DEPTH)
        ],
    )
    assert until(lambda: stage.broker.waiting(stage.vhost).get(f"workflow.{APPROVALS}", 0) == DEPTH, 60)
    stage.mail.script.seconds_per_letter = 0.2
    for worker in stage.workers:
        worker.restart()
    until(lambda: len(stage.mail.script.letters) > 10)
    before = [worker.memory() for worker in stage.workers]
    in_hand = 0
    for _ in range(20):
        time.sleep(1)
        queue = stage.broker.call("GET", f"queues/{stage.vhost}/workflow.{APPROVALS}")
        in_hand = max(in_hand, queue["messages_unacknowledged"])
    grown = max(worker.memory() - mib for worker, mib in zip(stage.workers, before, strict=True))
    stage.broker.call("DELETE", f"queues/{stage.vhost}/workflow.{APPROVALS}/contents")
    stage.mail.behave()
    load = stage.load(decisions=40, changes=0, seconds=1)
    stage.driver.wait(load)

    consumers = [
        c for c in stage.broker.call("GET", f"consumers/{stage.vhost}") if c["queue"]["name"] == f"workflow.{APPROVALS}"
    ]
    prefetch = sum(consumer["prefetch_count"] for consumer in consumers)
    assert in_hand <= prefetch <= 2 * 16
    assert grown < 8, "MiB"
    proof = f"{DEPTH} waited, {in_hand} at most in hand of two workers, which grew by {grown:.1f} MiB"
    stage.settle("deep backlog, slow mail server", load, proof)


def test_processes_that_may_open_no_file_wait_until_they_may(stage):
    marks = [process.mark() for process in stage.processes]
    limits = [process.limit_files(FEW_FILES) for process in stage.processes]
    load = stage.load(decisions=100, changes=100, seconds=4)
    stage.broker.control("close_all_connections", "--vhost", stage.vhost, "a fault test wants it")
    stage.driver.wait(load)
    without = [
        process.count("Too many open files|Errno 24", mark)
        for process, mark in zip(stage.processes, marks, strict=True)
    ]
    ended = [process for process in stage.processes if not process.is_running()]
    assert all(process.status for process in ended), "ended with 0"
    for process, limit in zip(stage.processes, limits, strict=True):
        if process in ended:
            process.restart()  # as their supervisor does
        else:
            process.limit_files(limit)

    said = f"{len(without)} processes could open nothing, {len(ended)} of them ended"
    stage.settle("no file may be opened", load, said if all(without) else "")
