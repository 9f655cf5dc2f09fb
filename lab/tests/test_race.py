"""A race of seconds on a stack of its own, with all that comes out of it."""

import csv
import html
import json
import re
import subprocess
import sys
from dataclasses import replace

import pytest
import requests

from lab import settings
from lab.__main__ import main
from lab.race import command, headline
from lab.race.bars import bars_of
from lab.race.course import race
from lab.race.entries import POLLS
from lab.race.plan import Plan
from lab.race.stack import Own, Running

PLAN = Plan(
    seed=11, conferences=20, rate=20, seconds=4, intervals=(1.0,), burst_rate=100, burst_seconds=1,
    consumers=(1, 2), billed_consumers=(10,), billed_seconds=1, outage_seconds=1, polls=1,
)  # fmt: skip

SHORT = replace(PLAN, seconds=2, burst_seconds=0, consumers=(1,), billed_consumers=(), outage_seconds=0, polls=0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("race") / "of" / "a test"


@pytest.fixture(scope="module")
def found(folder):
    """`cogo race --quick`, with a quicker plan."""
    results = []

    def raced(*of_race):
        results.append(race(*of_race))
        return results[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "quick", lambda seed: replace(PLAN, seed=seed))
        patch.setattr(command, "race", raced)
        patch.setattr(sys, "argv", ["cogo", "race", "--quick", "--seed", "11", "--out", str(folder)])
        assert main() == 0
    return results[0]


def test_every_lane_hears_of_every_change_and_push_of_every_revision(found):
    for run in found.all_runs:
        for statistics in found.statistics(run):
            assert (statistics.never, statistics.failures, statistics.missed_deletions) == (0, 0, 0), statistics.entry
            assert statistics.entry.is_poll or statistics.missed_revisions == 0, statistics.entry


def test_the_writer_does_all_it_can_to_conferences(found):
    kinds = {change.kind for run in found.all_runs for change in run.changes}

    assert kinds == {"created", "changed", "deleted"}


def test_polls_are_late_by_about_half_their_interval_and_push_is_not(found):
    delays = {each.entry.way: each.delays.mean for each in found.statistics(found.runs[0])}

    assert all(0.25 < delays[way] < 0.75 for way in POLLS)
    assert delays["fanout"] < min(delays[way] for way in POLLS)


def test_whoever_polls_costs_the_pages_and_whoever_subscribes_does_not(found):
    bills = {bill.entry.way: bill for bill in found.bills}

    assert all(bills[way].cpu["web"] > 0 for way in POLLS)
    assert bills["fanout"].cpu["web"] < bills["full"].cpu["web"]
    assert bills["fanout"].cpu["relay"] > 0
    assert all(bills[way].queries_per_poll >= 1 for way in POLLS)
    assert all(bill.statistics.received_per_minute > 0 and bill.broker_memory > 0 for bill in found.bills)


def test_whoever_polls_or_has_a_durable_queue_gets_over_every_outage(found):
    parties = {each.party for each in found.recoveries}
    lost = {(each.party, each.entry.way) for each in found.recoveries if each.lost}
    lasting = [each for each in found.recoveries if each.entry.way != "fanout"]

    assert parties == {"consumer", "producer", "broker"}
    assert {way for _, way in lost} <= {"fanout"}
    assert all(each.changes and each.seconds is not None for each in lasting)


def test_a_race_leaves_a_report_that_needs_nothing_else(found, folder):
    report = html.unescape((folder / "report.html").read_text())
    assert report.count('src="data:image/png;base64,') == len(list(folder.glob("*.png"))) == 6
    assert "<script" not in report
    assert "http" not in report
    assert all(source_run.entry.name in report for run in found.all_runs for source_run in run.source_runs)
    assert all(bar.claim in report for bar in bars_of(found))


def test_the_report_begins_with_one_sentence_and_one_picture(found, folder):
    report = html.unescape((folder / "report.html").read_text())
    first, _ = report.split("<h2>", 1)
    sentence = headline.sentence(found)

    assert sentence in first
    assert first.count("<img ") == 1
    assert re.match(r"A change arrives \d+ ms later by message, and \d+\.\d s by asking every 1 s", sentence)
    assert "ms of processor time a minute" in sentence
    assert (folder / "results.md").read_text().splitlines()[2] == sentence


def test_samples_and_summary_have_every_change_and_lane(found, folder):
    with (folder / "samples.csv").open() as file:
        samples = list(csv.DictReader(file))
    summary = json.loads((folder / "summary.json").read_text())
    assert len(samples) == sum(
        len(run.changes) * source_run.entry.consumers for run in found.all_runs for source_run in run.source_runs
    )
    assert {row["seen"] for row in samples} <= {"exact", "newer"}
    assert [len(run["lanes"]) for run in summary["heats"]] == [len(run.source_runs) for run in found.all_runs]
    assert [bar["claim"] for bar in summary["bars"]] == [bar.claim for bar in bars_of(found)]
    assert summary["plan"]["seed"] == 11
    assert summary["machine"]["versions"]["rabbitmq"][0].isdigit()


def test_a_stack_that_was_up_is_left_as_it_was(monkeypatch):
    with Own() as stack:
        made = _manage(stack, "drf_create_token", "organiser").split()[2]
        for name, value in {
            "MONOLITH_URL": stack.monolith_url,
            "RABBITMQ_URL": stack.rabbitmq_url,
            "RABBITMQ_MANAGEMENT_URL": stack.management_url,
            "ORGANISER_TOKEN": made,
        }.items():
            monkeypatch.setenv(name, value)
            monkeypatch.setattr(settings, name, value)
        before = requests.get(f"{stack.monolith_url}/api/conferences/").json()

        found = race(Running(), SHORT, "compose", say=print, tick=lambda _seconds: None)

        assert all(statistics.never == 0 for run in found.all_runs for statistics in found.statistics(run))
        assert requests.get(f"{stack.monolith_url}/api/conferences/").json() == before


def _manage(stack, *arguments):
    command = [sys.executable, "monolith/manage.py", *arguments]
    return subprocess.run(
        command, cwd=settings.ROOT, env=stack.environment, check=True, capture_output=True, text=True
    ).stdout
