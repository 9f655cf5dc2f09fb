"""Every claim holds, and fails without its safeguard; nothing of an experiment is left behind."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from lab.experiments import ours
from lab.experiments.cases import ALL, BY_NAME, outbox
from lab.experiments.chart import charts
from lab.experiments.ground import Ground
from lab.experiments.places import Places
from lab.experiments.running import RUNS

ROOT = Path(__file__).parents[2]
NAMES = list(BY_NAME)


@pytest.fixture
def places(broker):
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl()
    return {
        "RABBITMQ_URL": broker.url,
        "RABBITMQ_MANAGEMENT_URL": broker.management_url,
        "LAB_DATABASE_URL": database,
    }


def start(places, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "lab", "experiment", *arguments], cwd=ROOT, env={**os.environ, **places},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def result(process):
    told, errors = process.communicate()
    assert "result" in told, errors
    return json.loads(told.splitlines()[-1])


def left_behind(broker):
    answer = requests.get(f"{broker.management_url}/api/vhosts?columns=name", auth=("guest", "guest"), timeout=10)
    return [each["name"] for each in answer.json() if each["name"].startswith("experiment.")]


@pytest.mark.parametrize("name", NAMES)
def test_a_claim_holds_and_fails_without_its_safeguard(name, places, broker):
    with_it, without = (
        start(places, name, "--short", "--json"),
        start(places, name, "--short", "--json", "--without-safeguard"),
    )
    told, told_without = result(with_it), result(without)

    assert (told["holds"], with_it.returncode) == (True, 0), told
    assert (told_without["holds"], without.returncode) == (False, 1), told_without
    assert left_behind(broker) == []


def test_a_message_that_comes_twice_tells_of_one_decision(broker):
    with Ground(Places(broker.url, broker.management_url, ""), True, True, lambda *_, **__: None) as ground:
        channel = ground.channel()
        ours.TOPOLOGY.declare_on(channel)
        ours.publish(ground.url, [ours.approval(number).wire() for number in (1, 2, 2)])

        assert outbox.heard_of(channel) == {1, 2}
        assert outbox.heard_of(channel) == set()


def test_what_is_ended_in_the_middle_leaves_nothing_behind(places, broker):
    process = start(places, "polling-v-push", "--json")
    process.stdout.readline()
    process.stdout.readline()  # the virtual host is there
    assert left_behind(broker)

    process.send_signal(signal.SIGTERM)
    process.communicate()

    assert left_behind(broker) == []


def test_without_a_broker_it_says_what_to_start(places):
    process = start({**places, "RABBITMQ_MANAGEMENT_URL": "http://127.0.0.1:9"}, "fanout")
    _, errors = process.communicate()

    assert process.returncode == 2
    assert "make up" in errors
    assert "Traceback" not in errors


def test_there_are_all_that_the_lesson_claims():
    assert len(NAMES) == 14
    assert all(0 <= each.answer < len(each.choices) for each in ALL)


@pytest.mark.parametrize("experiment", ALL, ids=NAMES)
def test_the_lines_that_an_explanation_speaks_of_are_there(experiment):
    assert experiment.code
    for code in experiment.code:
        assert code.text.splitlines()[code.line - 1].strip().startswith(code.begins)


@pytest.fixture
def client_in_development(client, settings):
    settings.DEBUG = True
    return client


@pytest.mark.parametrize("name", ["", *(f"{name}/" for name in NAMES)])
def test_every_experiment_has_a_page(client_in_development, name):
    assert client_in_development.get(f"/experiments/{name}").status_code == 200


def test_a_page_goes_from_the_prediction_to_the_explanation(
    client_in_development, places, broker, monkeypatch, settings
):
    for variable, value in places.items():
        monkeypatch.setenv(variable, value)
    settings.RABBITMQ_URL, settings.RABBITMQ_MANAGEMENT_URL = broker.url, broker.management_url
    page = "/experiments/topic-bindings/"
    client_in_development.post(f"{page}predict/", {"choice": "0"})
    client_in_development.post(f"{page}run/")
    run = RUNS.of("topic-bindings")

    seen = ""
    while not run.is_over:
        seen += client_in_development.get(f"{page}progress/").content.decode()
        time.sleep(0.05)
    shown = client_in_development.get(page).content.decode()

    assert 'data-node="queue:listener"' in seen
    assert run.problem == ""
    for heading in ("1. Predict", "2. Run", "3. Result", "4. Why"):
        assert heading in shown
    assert "✔ The claim holds" in shown
    assert "You had said: <strong>conference.deleted only</strong>. It is: all three." in shown
    assert "<rect" in shown
    assert left_behind(broker) == []


def test_only_one_runs_at_a_time_and_it_can_be_stopped(client_in_development, places, broker, monkeypatch):
    for variable, value in places.items():
        monkeypatch.setenv(variable, value)
    client_in_development.post("/experiments/polling-v-push/run/")
    while not RUNS.of("polling-v-push").vhost:
        time.sleep(0.05)
    try:
        refused = client_in_development.post("/experiments/fanout/run/").content.decode()
    finally:
        client_in_development.post("/experiments/polling-v-push/stop/")

    assert "polling-v-push is running" in refused
    assert RUNS.of("polling-v-push").is_over
    assert left_behind(broker) == []


def test_the_next_can_be_run_as_soon_as_a_result_is_there(client_in_development, places, broker, monkeypatch):
    for variable, value in places.items():
        monkeypatch.setenv(variable, value)
    client_in_development.post("/experiments/topic-bindings/run/")
    while not RUNS.of("topic-bindings").measured:
        time.sleep(0.01)

    answer = client_in_development.post("/experiments/fanout/run/")
    client_in_development.post("/experiments/fanout/stop/")

    assert answer.status_code == 302
    assert left_behind(broker) == []


def test_a_chart_draws_each_figure_in_proportion():
    from lab.experiments.experiment import Bar

    chart, other = charts((Bar("a", 5, "s"), Bar("b", 10, "s"), Bar("c", 0, "lost")))

    assert [row.words for row in chart.rows] == ["5", "10"]
    assert chart.rows[0].width * 2 == chart.rows[1].width
    assert other.rows[0].words == "0"


def test_the_page_of_results_has_every_experiment_and_all_hold():
    page = (ROOT / "docs/reference/experiments.md").read_text()

    assert re.findall(r"^`([\w-]+)` ·", page, re.MULTILINE) == NAMES
    assert page.count("✔ It holds.") == len(NAMES)
