"""The relay dies, has a rival, or loses the lock that made it the one."""

import random
import time

import pytest

RELAY_LOCK = 0x72656C61


def holder(stage) -> int | None:
    """The database session that holds the relay's lock."""
    database = f"monolith_{stage.vhost}"
    rows = stage.database.ask(
        database,
        "SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database"
        " WHERE locktype = 'advisory' AND objid = %s AND granted AND datname = %s",
        [RELAY_LOCK, database],
    )
    assert len(rows) <= 1, "two relays hold the lock"
    return rows[0][0] if rows else None


def test_a_relay_that_is_killed_goes_on_where_it_was(stage):
    chance = random.Random(stage.seed)
    load = stage.load(decisions=300, changes=300, seconds=10)
    kills = 0
    for _ in range(4):
        time.sleep(chance.uniform(1, 2.5))
        stage.relay.kill()
        stage.relay.start()
        kills += 1
    stage.driver.wait(load)

    stage.settle("relay killed", load, f"{kills} kills")


def test_of_two_relays_one_works_and_the_other_takes_over(stage):
    second = stage.process("relay", 1)
    stage.extra.append(second)
    second.start()
    second.wait_ready()
    assert second.count("standing by")
    load = stage.load(decisions=300, changes=300, seconds=6)
    time.sleep(2)
    stage.relay.kill()
    stage.driver.wait(load)

    took_over = second.count("relaying the outbox")
    stage.relay.start()
    stage.relay.wait_ready()
    proof = f"the second took over {took_over} time" if took_over and stage.relay.count("standing by") else ""
    stage.settle("two relays, the leader killed", load, proof)


@pytest.mark.quick
def test_a_relay_that_lost_its_lock_takes_it_again(stage):
    mark = stage.relay.mark()
    load = stage.load()
    lost = 0
    for _ in range(3):
        time.sleep(0.8)
        if pid := holder(stage):
            lost += stage.database.ask("postgres", "SELECT pg_terminate_backend(%s)", [pid])[0][0]
    stage.driver.wait(load)

    noticed = stage.relay.count("waiting for the database", mark)
    stage.settle("relay's session ended", load, f"{lost} sessions ended, {noticed} noticed" if noticed else "")
