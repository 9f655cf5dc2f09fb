"""The files for API clients are made of the OpenAPI documents, complete, and such as their programs import."""

import json

import jsonschema
import pytest
import yaml

from clients.__main__ import FILES, HERE
from clients.calls import calls, operations
from tests.end_to_end import client_files

# The rules of Insomnia's importer for a collection, as its public source has them: what it strips is forbidden here.
TEXT = {"type": "string"}
META = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": TEXT, "sortKey": {"type": "number"}, "description": TEXT},
    "additionalProperties": False,
}
HEADERS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "value"],
        "properties": {"name": TEXT, "value": TEXT},
        "additionalProperties": False,
    },
}
BODY = {"type": "object", "properties": {"mimeType": TEXT, "text": TEXT}, "additionalProperties": False}
BASIC = {
    "type": "object",
    "required": ["type"],
    "properties": {"type": {"const": "basic"}, "username": TEXT, "password": TEXT},
    "additionalProperties": False,
}
REQUEST = {
    "type": "object",
    "required": ["method"],
    "properties": {
        "url": TEXT, "name": TEXT, "meta": META, "method": TEXT, "body": BODY, "headers": HEADERS,
        "authentication": BASIC, "scripts": {"type": "object", "properties": {"afterResponse": TEXT}},
    },
    "additionalProperties": False,
}  # fmt: skip
FOLDER = {  # told from a request by having neither method nor url
    "type": "object",
    "required": ["children"],
    "properties": {"name": TEXT, "meta": META, "children": {"type": "array", "items": REQUEST}},
    "additionalProperties": False,
}
ENVIRONMENT = {
    "type": "object",
    "properties": {"name": TEXT, "meta": META, "data": {"type": "object"}},
    "additionalProperties": False,
}
IMPORTER = {
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": {"const": "collection.insomnia.rest/5.0"}, "name": TEXT, "meta": META,
        "collection": {"type": "array", "items": FOLDER}, "environments": ENVIRONMENT,
    },
    "additionalProperties": False,
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_the_committed_file_is_the_generated_one(name):
    assert (HERE / name).read_text() == FILES[name](), "write it anew with: make clients"


@pytest.mark.parametrize("service", ["monolith", "attendees"])
def test_the_lessons_use_every_operation(service):
    used = {call.operation for call in calls() if call.service == service}

    assert used == set(operations(service))


@pytest.mark.parametrize("file", [client_files.insomnia, client_files.insomnia_4, client_files.rest_client])
def test_each_file_has_every_request(file):
    assert [(each.name, each.method, each.expects) for each in file().requests] == [
        (call.title, call.method, call.status) for call in calls()
    ]


def test_insomnia_imports_the_collection():
    jsonschema.validate(yaml.safe_load((HERE / "insomnia.yaml").read_text()), IMPORTER)


def test_ids_are_such_as_insomnia_takes_for_requests():
    ids = [each["_id"] for each in json.loads((HERE / "insomnia.v4.json").read_text())["resources"]]

    assert len(set(ids)) == len(ids)
    assert {name.split("_")[0] for name in ids} == {"wrk", "env", "fld", "req"}


def test_older_versions_of_insomnia_find_each_request_in_a_folder_of_the_workspace():
    resources = {each["_id"]: each for each in json.loads((HERE / "insomnia.v4.json").read_text())["resources"]}

    kinds = {"workspace": None, "environment": "workspace", "request_group": "workspace", "request": "request_group"}
    for each in resources.values():
        parent = resources[each["parentId"]]["_type"] if each["parentId"] else None
        assert parent == kinds[each["_type"]]


def test_no_file_has_a_password_in_it():
    assert client_files.insomnia().variables["organiser_password"] == ""
    assert client_files.insomnia_4().variables["organiser_password"] == ""
    assert client_files.rest_client().variables["organiser_password"] == ""
