"""The AsyncAPI document says what the contract classes, the topology and a real broker say."""

import ast
import json
import shutil
import subprocess
import tarfile
from pathlib import Path

import jsonschema
import pika
import pytest
import requests
import yaml

from contracts.queues import QUEUES
from contracts.topology import conference_go
from message_docs.as_yaml import as_yaml
from message_docs.asyncapi import SAMPLES, document
from message_docs.places import sender
from messaging.message import Message

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "docs" / "reference" / "asyncapi.yaml"
PUBLISH = {"publish", "publish_all"}
SPECIFICATION = "@asyncapi/specs@6.11.1"  # a package of npm: AsyncAPI's JSON schemas, by its authors


@pytest.fixture
def on_the_broker(broker, broker_url):
    """What a real broker says of everything that was declared: exchanges, queues or bindings."""
    with pika.BlockingConnection(pika.URLParameters(broker_url)) as connection:
        conference_go().declare_on(connection.channel())
    vhost = broker_url.rpartition("/")[2]

    def listed(kind: str) -> list[dict]:
        answer = requests.get(f"{broker.management_url}/api/{kind}/{vhost}", auth=("guest", "guest"), timeout=30)
        answer.raise_for_status()
        return answer.json()

    return listed


def test_the_committed_document_is_the_generated_one():
    assert COMMITTED.read_text() == as_yaml(), "write it anew with: make clients"


@pytest.fixture(scope="session")
def schema_of_asyncapi(tmp_path_factory) -> dict:
    """AsyncAPI 3.0's own schema."""
    folder = tmp_path_factory.mktemp("specification")
    if not shutil.which("npm"):
        pytest.skip(f"without npm there is no {SPECIFICATION} to hold asyncapi.yaml against")
    done = subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", folder, SPECIFICATION],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"npm could not bring {SPECIFICATION}: {done.stderr}")
    (packed,) = folder.glob("*.tgz")
    with tarfile.open(packed) as package:
        return json.load(package.extractfile("package/schemas/3.0.0-without-$id.json"))


def test_it_is_valid_by_the_schema_of_asyncapi_itself(schema_of_asyncapi):
    jsonschema.validate(document(), schema_of_asyncapi)

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**document(), "channels": {"a": {"adress": "a"}}}, schema_of_asyncapi)


def test_exchanges_are_those_of_a_broker(on_the_broker):
    known = [each for each in on_the_broker("exchanges") if each["name"] and not each["name"].startswith("amq.")]

    told = document()
    assert told["x-topology"]["exchanges"] == [
        {"name": each["name"], "type": each["type"], "durable": each["durable"]}
        for each in sorted(known, key=lambda each: each["name"])
    ]
    described = [channel["bindings"]["amqp"].get("exchange") for channel in told["channels"].values()]
    facts = {each["name"]: (each["type"], each["durable"], each["auto_delete"]) for each in known}
    wrong = [
        each
        for each in described
        if each and (each["type"], each["durable"], each["autoDelete"]) != facts[each["name"]]
    ]
    assert wrong == []


def test_queues_are_those_of_a_broker(on_the_broker):
    known = {each["name"]: each for each in on_the_broker("queues")}

    told = document()
    assert told["x-topology"]["queues"] == [
        {"name": name, "durable": each["durable"], "arguments": each["arguments"]}
        for name, each in sorted(known.items())
    ]
    queues = [channel for channel in told["channels"].values() if channel["bindings"]["amqp"]["is"] == "queue"]
    companions = {channel[kind] for channel in queues for kind in ("x-retry-queue", "x-dead-letter-queue")}
    assert {channel["address"] for channel in queues} | companions == set(known)
    for channel in queues:
        found = known[channel["address"]]
        assert channel["bindings"]["amqp"]["queue"] == {
            "name": found["name"], "durable": found["durable"], "exclusive": found["exclusive"],
            "autoDelete": found["auto_delete"], "vhost": "/",
        }  # fmt: skip
        assert channel["x-arguments"] == found["arguments"]


def test_bindings_are_those_of_a_broker(on_the_broker):
    known = [
        {"exchange": each["source"], "routingKey": each["routing_key"], "queue": each["destination"]}
        for each in on_the_broker("bindings")
        if each["source"]
    ]

    assert document()["x-topology"]["bindings"] == sorted(known, key=lambda each: list(each.values()))


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.json")), ids=lambda sample: sample.stem)
def test_what_travels_through_a_broker_fits_the_schema_of_its_message(sample, broker_url):
    recorded = json.loads(sample.read_text())
    contract = document()["components"]["messages"][recorded["properties"]["type"]]
    with pika.BlockingConnection(pika.URLParameters(broker_url)) as connection:
        channel = connection.channel()
        conference_go().declare_on(channel)
        mine = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(mine, recorded["exchange"], recorded["routing_key"])
        wire = Message.registry[recorded["properties"]["type"]].model_validate(recorded["body"]).wire()
        channel.basic_publish(wire.exchange, wire.key, wire.body, wire.properties())
        method, properties, body = channel.basic_get(mine, auto_ack=True)
    assert method is not None

    assert properties.content_type == contract["contentType"]
    assert properties.type == contract["bindings"]["amqp"]["messageType"]
    jsonschema.validate(properties.headers, contract["headers"])
    jsonschema.validate(json.loads(body), contract["payload"])
    without_its_first_field = dict(list(json.loads(body).items())[1:])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(without_its_first_field, contract["payload"])


def test_each_message_comes_from_the_service_whose_code_publishes_it():
    found = {
        (name, folder)
        for folder in ("monolith", "attendees_microservice", "presentation_workflow")
        for path in (ROOT / folder).rglob("*.py")
        if "tests" not in path.parts
        for name in published_in(path)
    }

    assert found == {(message.__name__, sender(message)) for message in Message.registry.values()}


def published_in(path: Path) -> set[str]:
    """Names of the messages in calls like publish(Name(…)), publish(Name.of(…)) and publish_all([Name(…)])."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    ours = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id in PUBLISH]
    made = [node.func for each in ours for node in ast.walk(each) if isinstance(node, ast.Call)]
    names = [func.value if isinstance(func, ast.Attribute) else func for func in made]
    return {name.id for name in names if isinstance(name, ast.Name) and name.id[0].isupper()}


def test_its_page_shows_each_message_and_each_queue(browser):
    page = browser.get("/messages/docs/").content.decode()

    assert [name for name in Message.registry if f'id="{name}"' not in page] == []
    assert [queue.name for queue in QUEUES if f'id="queue-{queue.name}"' not in page] == []


def test_it_can_be_fetched_as_a_file(browser):
    answer = browser.get("/messages/docs/asyncapi.yaml")

    assert answer.headers["Content-Type"].startswith("application/yaml")
    assert yaml.safe_load(answer.content) == document()
