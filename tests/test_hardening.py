"""What a container may do, and what it is told: docs/reference/security.md, "Images" and "Secrets"."""

import inspect
from pathlib import Path

import pytest
import yaml

from messaging import metrics

COMPOSE = yaml.safe_load((Path(__file__).parents[1] / "docker-compose.yml").read_text())["services"]
BOUGHT = {"rabbitmq", "database", "mail"}
WRITES_TO_ITS_OWN_FILES = {"rabbitmq"}
ROLES = ("MONOLITH", "ATTENDEES", "WORKFLOW", "LAB")


@pytest.mark.parametrize("name", COMPOSE)
def test_a_container_may_do_no_more_than_it_needs(name):
    part = COMPOSE[name]

    assert part["security_opt"] == ["no-new-privileges"]
    assert part["pids_limit"] <= 256
    assert part["cap_drop"] == ["ALL"]
    assert set(part.get("cap_add", ())) <= {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}
    assert "cap_add" not in part or name in BOUGHT
    assert part.get("read_only", False) is (name not in WRITES_TO_ITS_OWN_FILES)


def test_each_service_has_a_password_of_its_own_for_the_database():
    given = COMPOSE["database"]["environment"]

    assert {f"{role}_DATABASE_PASSWORD" for role in ROLES} == set(given) - {"POSTGRES_PASSWORD"}


@pytest.mark.parametrize("name", COMPOSE)
def test_only_the_database_is_told_the_password_of_its_owner(name):
    """Of the others each knows its own role's, which is that of the owner only as long as nobody sets another."""
    told = str(COMPOSE[name].get("environment", {}))
    roles = {role for role in ROLES if f"{role}_DATABASE_PASSWORD" in told}

    assert name == "database" or len(roles) <= 1
    assert "POSTGRES_PASSWORD" not in COMPOSE[name].get("environment", {}) or name == "database"


def test_metrics_listen_on_this_machine_alone_unless_told_otherwise():
    assert inspect.signature(metrics.serve).parameters["host"].default == "127.0.0.1"
    for name, part in COMPOSE.items():
        host = part.get("environment", {}).get("METRICS_HOST", "${METRICS_HOST:-127.0.0.1}")
        assert host == "${METRICS_HOST:-127.0.0.1}", name
