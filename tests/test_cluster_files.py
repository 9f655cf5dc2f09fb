"""The files that put the application on several machines: one is made out of the other, and each can be read."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
COMPOSE = ["docker", "compose", "--file", "docker-compose.yml", "--file", "docker-compose.cluster.yml"]
STACK = ROOT / "deploy/stack.yml"


def answers(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


pytestmark = pytest.mark.skipif(not answers("docker", "compose", "version"), reason="no docker compose here")


@pytest.fixture(scope="module")
def cluster() -> dict:
    shown = subprocess.run(
        [*COMPOSE, "config", "--format", "json"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return json.loads(shown.stdout)["services"]


@pytest.fixture(scope="module")
def stack() -> dict:
    return yaml.safe_load(STACK.read_text())["services"]


def test_the_stack_is_what_the_compose_files_say():
    written = subprocess.run(
        [sys.executable, "deploy/stack.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert written == STACK.read_text(), "type: make stack-file"


@pytest.mark.skipif(not answers("docker", "stack", "config", "--help"), reason="a docker older than 25")
def test_an_engine_can_read_the_stack():
    shown = subprocess.run(
        ["docker", "stack", "config", "--compose-file", STACK], cwd=ROOT, capture_output=True, text=True
    )

    assert shown.returncode == 0, shown.stderr
    assert "Ignoring" not in shown.stderr


def test_no_secret_stands_in_the_stack():
    text = STACK.read_text()

    assert [word for word in ("development-only", "guest") if word in text] == []


def test_a_service_has_the_secrets_that_its_variables_name(stack):
    named = {
        name: set(re.findall(r"\$\$([A-Z_]+)", str(service.get("environment")))) for name, service in stack.items()
    }

    assert named["monolith"] == {"MONOLITH_DATABASE_PASSWORD", "RABBITMQ_PASSWORD"}
    assert {name for name, service in stack.items() if not named[name] <= set(service.get("secrets", []))} == set()


def test_a_program_gets_its_secrets_where_its_variables_name_them(tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/RABBITMQ_PASSWORD").write_text('a$b`c"d')
    script = (ROOT / "deploy/with-secrets.sh").read_text().replace("/run/secrets", str(tmp_path / "secrets"))
    address = {"RABBITMQ_URL": "amqp://user:$RABBITMQ_PASSWORD@rabbitmq/", "PATH": os.environ["PATH"]}

    shown = subprocess.run(["sh", "-c", script, "sh", "env"], env=address, capture_output=True, text=True, check=True)

    found = dict(line.split("=", 1) for line in shown.stdout.splitlines())
    assert found["RABBITMQ_PASSWORD"] == 'a$b`c"d'
    assert found["RABBITMQ_URL"] == 'amqp://user:a$b`c"d@rabbitmq/'


def test_whatever_may_be_lost_is_there_more_than_once(cluster, stack):
    in_the_cluster = Counter(name.removesuffix("_2") for name in cluster)
    for name, service in cluster.items():
        in_the_cluster[name.removesuffix("_2")] += (service.get("deploy") or {}).get("replicas", 1) - 1
    in_the_stack = {name: service["deploy"]["replicas"] for name, service in stack.items()}

    several = {
        "monolith": 2, "attendees_microservice": 2, "monolith_outbox": 2, "presentation_workflow_outbox": 2,
        "presentation_workflow": 3,
    }  # fmt: skip
    assert {name: in_the_cluster[name] for name in several} == several
    assert {name: in_the_stack[name] for name in several} == several


def test_all_brokers_answer_to_one_name_and_each_to_its_own(cluster, stack):
    for services in (cluster, stack):
        found = {name: service for name, service in services.items() if name.startswith("rabbitmq")}
        aliases = {name: set(service["networks"]["default"]["aliases"]) for name, service in found.items()}

        assert aliases == {name: {"rabbitmq", service["hostname"]} for name, service in found.items()}
        assert {service["hostname"] for service in found.values()} == {"rabbitmq-1", "rabbitmq-2", "rabbitmq-3"}


def test_brokers_of_a_stack_find_each_other_before_they_are_healthy(cluster, stack):
    with_health = {name for name, service in stack.items() if "healthcheck" in service}

    assert {name for name in set(cluster) & set(stack) if "healthcheck" in cluster[name]} - with_health == {
        "rabbitmq", "rabbitmq_2", "rabbitmq_3",
    }  # fmt: skip


def test_everybody_writes_to_whichever_database_can_be_written_to(cluster, stack):
    for services in (cluster, stack):
        addresses = {
            value
            for service in services.values()
            for name, value in (service.get("environment") or {}).items()
            if name.endswith("DATABASE_URL")
        }

        assert addresses
        assert {address.partition("@")[2].partition("/")[0] for address in addresses} == {"database,database-standby"}
        assert {address.partition("?")[2] for address in addresses} == {"target_session_attrs=read-write"}
