"""The page that a run writes."""

from dataclasses import replace

import pytest

from tests.faults.results import Result, report

pytestmark = pytest.mark.quick

LINE = Result("broker killed", 210, 0, 100, 100, 0, 0, 0, 0, "1.0", "9", "yes", "each lost its connection")


def table(page: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("| ")][1:]


def test_a_run_of_a_few_faults_replaces_their_rows_and_keeps_the_others():
    other = replace(LINE, fault="queue deleted, with a longer name")
    page = report([LINE, other], "RabbitMQ", seed=1)

    again = report([replace(LINE, seconds="2.5")], "RabbitMQ", seed=2, earlier=page)

    kept = [[row[0], row[9]] for row in table(again)]
    assert kept == [["broker killed", "2.5"], ["queue deleted, with a longer name", "1.0"]]
    assert "FAULTS_SEED=2" in again
