from contextlib import suppress
from pathlib import Path

import pika
import psutil
import pytest
import requests
import yaml

from native.rabbitmq import PERMITTED, RabbitMQ, free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    node = RabbitMQ(tmp_path_factory.mktemp("rabbitmq"))
    node.start()
    yield node
    node.stop()


def test_a_free_port_is_another_one_each_time():
    ports = [free_port() for _ in range(500)]

    assert len(set(ports)) == len(ports)


def processes_of(node):
    """The node's, its port mapper's and its children's: all have its folder as their home."""
    return [each for each in psutil.process_iter() if home(each) == str(node.folder)]


def home(process):
    try:
        return process.environ().get("HOME")
    except psutil.Error:
        return None


def names_of(node):
    """Names of those that have not ended while they were being looked at."""
    found = set()
    for process in processes_of(node):
        with suppress(psutil.NoSuchProcess):
            found.add(process.name())
    return found


@pytest.mark.parametrize("end", [RabbitMQ.stop, RabbitMQ.kill])
def test_it_keeps_durable_messages_over_a_restart(node, end):
    with pika.BlockingConnection(pika.URLParameters(node.url)) as connection:
        channel = connection.channel()
        channel.queue_declare("kept", durable=True, arguments={"x-queue-type": "quorum"})
        channel.confirm_delivery()
        channel.basic_publish("", "kept", b"hello", mandatory=True)

    end(node)
    assert "beam.smp" not in names_of(node)
    node.start()

    with pika.BlockingConnection(pika.URLParameters(node.url)) as connection:
        assert connection.channel().basic_get("kept", auto_ack=True)[2] == b"hello"


def test_its_management_page_answers(node):
    answer = requests.get(f"{node.management_url}/api/whoami", auth=("guest", "guest"), timeout=10)

    assert (answer.status_code, answer.json()["name"]) == (200, "guest")


def test_it_can_be_controlled_without_touching_the_systems_own_node(node):
    running = node.control("eval", "node().").strip()

    assert running.startswith("'conference-go-")


def test_it_listens_on_this_machine_only(node):
    addresses = {
        listening.laddr.ip
        for process in processes_of(node)
        for listening in process.net_connections("tcp")
        if listening.status == psutil.CONN_LISTEN
    }

    assert addresses <= {"127.0.0.1", "::1"}
    assert addresses


def test_the_queues_of_the_course_are_permitted_whatever_the_version_does_by_itself(node):
    told = node.control("eval", "application:get_env(rabbit, permit_deprecated_features).")

    assert told.strip() == "{ok,#{transient_nonexcl_queues => true}}"
    with pika.BlockingConnection(pika.URLParameters(node.url)) as connection:
        connection.channel().queue_declare("presentation_approvals")


def test_stopping_it_leaves_no_process(node):
    assert names_of(node) >= {"beam.smp", "epmd"}

    node.stop()

    assert processes_of(node) == []


def test_the_compose_file_permits_the_same():
    assert PERMITTED in (ROOT / "deploy" / "advanced.config").read_text()
    mounts = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["rabbitmq"]["volumes"]
    assert "./deploy/advanced.config:/etc/rabbitmq/advanced.config:ro" in mounts
