"""The private RabbitMQ and the embedded Postgres keep to themselves, and leave nothing behind."""

from pathlib import Path

import psutil
import psycopg2
import pytest

from native import places, rabbitmq
from native.postgres import Postgres
from native.rabbitmq import RabbitMQ, RabbitMQMissing


def processes_about(folder: Path) -> list[str]:
    lines = (" ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"]))
    return [line for line in lines if str(folder) in line]


def test_a_node_listens_on_this_machine_only_and_is_gone_when_stopped(tmp_path):
    node = RabbitMQ(tmp_path)
    node.start()
    try:
        assert node.control("await_startup") == ""
        listening = {each.laddr.ip for each in psutil.net_connections() if each.laddr.port in _ports(node)}
        assert listening <= {"127.0.0.1", "::1"}
    finally:
        node.stop()

    assert processes_about(tmp_path) == []
    assert node.epmd_port not in {each.laddr.port for each in psutil.net_connections() if each.status == "LISTEN"}


def test_what_was_in_a_node_is_there_when_it_starts_again(tmp_path):
    node = RabbitMQ(tmp_path)
    node.start()
    node.control("add_vhost", "kept")
    node.stop()

    node.start()
    vhosts = node.control("list_vhosts", "--silent")
    node.stop()

    assert "kept" in vhosts


def test_each_service_has_a_database_that_no_other_may_use(tmp_path):
    postgres = Postgres(tmp_path / "postgres")
    postgres.start()
    try:
        postgres.create_databases()
        postgres.create_databases()

        with psycopg2.connect(postgres.url("attendees")) as own, own.cursor() as cursor:
            cursor.execute("CREATE TABLE mine ()")
        with pytest.raises(psycopg2.OperationalError, match="permission denied"):
            psycopg2.connect(postgres.url("attendees", role="monolith"))
    finally:
        postgres.stop()

    assert processes_about(tmp_path) == []


def test_without_rabbitmq_and_rights_to_install_it_the_command_to_type_is_named(monkeypatch):
    monkeypatch.setattr(rabbitmq.os, "geteuid", lambda: 1000)

    with pytest.raises(RabbitMQMissing, match="apt-get install --no-install-recommends rabbitmq-server"):
        rabbitmq.install()


def test_internal_ports_are_chosen_once(monkeypatch, tmp_path):
    monkeypatch.setenv("RUN_DIR", str(tmp_path))

    assert places.environment()["RABBITMQ_URL"] == places.environment()["RABBITMQ_URL"]


def _ports(node: RabbitMQ) -> set[int]:
    return {node.port, node.management_port, node.epmd_port}
