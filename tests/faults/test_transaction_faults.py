"""A transaction is done and nobody is told, or undone by the database itself."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
from psycopg2.errors import LockNotAvailable

from tests.faults.commit_proxy import CommitProxy
from tests.faults.driver import Driver
from tests.faults.patience import until


@contextmanager
def forgetful(stage, service: str, every: int) -> Iterator[CommitProxy]:
    """Loses the answers to five COMMITs of a service."""
    proxy = CommitProxy(stage.database.socket_folder() / ".s.PGSQL.5432", every, most=5)
    yield proxy
    proxy.stop()


def test_a_commit_whose_answer_is_lost_is_done_once(stage):
    with (
        forgetful(stage, "monolith", 20) as decisions,
        forgetful(stage, "workflow", 15) as letters,
        forgetful(stage, "attendees", 3) as copies,
    ):
        driver = Driver(decisions.url(f"monolith_{stage.vhost}", "monolith"))
        for worker in stage.workers:
            worker.restart(DATABASE_URL=letters.url(f"workflow_{stage.vhost}", "workflow"))
        stage.subscriber.restart(DATABASE_URL=copies.url(f"attendees_{stage.vhost}", "attendees"))
        load = driver.start(150, 150, 3, stage.seed)
        driver.wait(load)
        driver.end()
        until(lambda: letters.lost == copies.lost == 5)
        lost = [proxy.lost for proxy in (decisions, letters, copies)]
        proof = f"answers lost: {lost}; {load.unknown} attempts unknown" if all(lost) and load.unknown else ""
        stage.settle("COMMIT done, answer lost", load, proof, cuts=letters.lost)
        for process in (*stage.workers, stage.subscriber):
            process.restart()


TOUCH = "UPDATE attendees_accountvo SET first_name = first_name WHERE email = %s"
TOUCH_ALL = "UPDATE attendees_accountvo SET first_name = first_name"


def test_a_deadlock_costs_time_only(stage):
    mark = stage.subscriber.mark()
    load = stage.load(decisions=0, changes=400, seconds=10)
    scripted = threading.Thread(target=quarrel, args=[stage, load.accounts, mark])
    scripted.start()
    stage.driver.wait(load)
    scripted.join()

    deadlocks = stage.subscriber.count("waits: database: deadlock detected", mark)
    stage.settle("deadlock", load, f"{deadlocks} transactions undone" if deadlocks else "")


def quarrel(stage, accounts: list[str], mark: int) -> None:
    """Lock one copy, have the subscriber come to it with a batch of many, then want all; until a deadlock was seen."""
    deadline = time.monotonic() + 10
    with closing(psycopg2.connect(stage.database.url(f"attendees_{stage.vhost}", "postgres"))) as session:
        cursor = session.cursor()
        cursor.execute("SET deadlock_timeout = '1h'")  # so that it is the other who notices
        session.commit()
        while time.monotonic() < deadline and not stage.subscriber.count("deadlock detected", mark):
            stage.subscriber.freeze()  # so that there is a batch
            time.sleep(0.7)
            is_held = hold(cursor, accounts[-1])
            stage.subscriber.thaw()
            if is_held:
                time.sleep(0.4)
                cursor.execute(TOUCH_ALL)
            session.rollback()


def hold(cursor, account: str) -> bool:
    """Lock the copy; not where the subscriber was stopped while it had it itself."""
    cursor.execute("SET lock_timeout = '1s'")
    try:
        cursor.execute(TOUCH, [account])
    except LockNotAvailable:
        return False
    cursor.execute("SET lock_timeout = 0")
    return True


def test_a_serialisation_failure_costs_time_only(stage):
    stage.database.ask("postgres", "ALTER ROLE attendees SET default_transaction_isolation = 'repeatable read'")
    stage.subscriber.restart()
    mark = stage.subscriber.mark()
    load = stage.load(decisions=0, changes=200, seconds=5)
    with closing(psycopg2.connect(stage.database.url(f"attendees_{stage.vhost}", "postgres"))) as session:
        cursor = session.cursor()
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            cursor.execute(TOUCH_ALL)
            time.sleep(0.3)
            session.commit()
            time.sleep(0.1)
    stage.driver.wait(load)
    stage.database.ask("postgres", "ALTER ROLE attendees RESET default_transaction_isolation")
    undone = stage.subscriber.count("waits: database: could not serialize", mark)
    stage.subscriber.restart()

    stage.settle("serialisation failure", load, f"{undone} transactions undone" if undone else "")
