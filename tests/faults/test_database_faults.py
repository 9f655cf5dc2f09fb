"""Postgres crashes, or is away."""

import time

import pytest


@pytest.mark.parametrize("end", [pytest.param("crash", marks=pytest.mark.quick), "kill"])
def test_a_database_that_crashes_and_comes_back_costs_time_only(stage, end):
    mark = len(stage.database.log())
    load = stage.load(seconds=12)
    time.sleep(1.5)
    getattr(stage.database, end)()
    stage.database.start()
    stage.driver.wait(load)

    recovered = "automatic recovery in progress" in stage.database.log()[mark:]
    stage.settle(f"database: {end}", load, "recovered from its log" if recovered else "", cuts=2)


def test_a_database_that_is_away_for_a_minute_costs_time_only(stage):
    marks = [process.mark() for process in stage.processes]
    load = stage.load(decisions=400, changes=400, seconds=80)
    time.sleep(2)
    stage.database.shut_down()
    time.sleep(60)
    stage.database.start()
    stage.driver.wait(load)

    waited = [process.count("database", mark) for process, mark in zip(stage.processes, marks, strict=True)]
    proof = f"attempts that failed: {load.unknown}; waited: {waited}" if load.unknown and any(waited) else ""
    stage.settle("database away for 60 s", load, proof, cuts=2)
