"""The pytest plugin, and `python -m native exec`."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pika
import psutil
import pytest

ROOT = Path(__file__).parents[2]
SHOW = """
import json, os, sys, pika, psycopg2
psycopg2.connect(os.environ["TEST_DATABASE_URL"]).close()
pika.BlockingConnection(pika.URLParameters(os.environ["TEST_RABBITMQ_URL"])).close()
print(json.dumps({name: value for name, value in os.environ.items() if name.startswith("TEST_")}))
sys.exit(7)
"""


def declare(url, queue):
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        connection.channel().queue_declare(queue, durable=True)


def exists(url, queue):
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        try:
            connection.channel().queue_declare(queue, passive=True)
        except pika.exceptions.ChannelClosedByBroker:
            return False
        return True


def test_each_test_has_a_virtual_host_of_its_own(broker, broker_url):
    declare(broker_url, "mine")
    other = broker.create_vhost()

    assert (exists(broker_url, "mine"), exists(other, "mine")) == (True, False)
    broker.delete_vhost(other)


def test_a_virtual_host_is_gone_once_it_is_deleted(broker):
    url = broker.create_vhost()
    broker.delete_vhost(url)

    with pytest.raises(pika.exceptions.AMQPConnectionError):
        declare(url, "late")


def test_a_command_finds_running_services_and_its_status_is_handed_on():
    done = subprocess.run(
        [sys.executable, "-m", "native", "exec", sys.executable, "-c", SHOW],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 7, done.stderr
    given = json.loads(done.stdout)
    assert set(given) == {"TEST_DATABASE_URL", "TEST_RABBITMQ_URL", "TEST_RABBITMQ_MANAGEMENT_URL"}
    port = urlsplit(given["TEST_RABBITMQ_URL"]).port
    assert port not in {listening.laddr.port for listening in psutil.net_connections("tcp")}
