"""The AsyncAPI document for people, and as a file."""

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from message_docs.as_yaml import as_yaml
from message_docs.asyncapi import document

RULES = {"minLength": "at least {} long", "maxLength": "at most {} long", "exclusiveMinimum": "above {}"}


def shown(request: HttpRequest) -> HttpResponse:
    """Each message with its way through the broker, then the queues."""
    described = document()
    return render(
        request,
        "message_docs/page.html",
        {
            "info": described["info"],
            "messages": [_message(name, described) for name in described["components"]["messages"]],
            "queues": list(_queues(described)),
        },
    )


def as_file(_request: HttpRequest) -> HttpResponse:
    """As committed in docs/reference/asyncapi.yaml."""
    return HttpResponse(as_yaml(), content_type="application/yaml; charset=utf-8")


def _message(name: str, described: dict[str, Any]) -> dict[str, Any]:
    message = described["components"]["messages"][name]
    (example,) = message["examples"]
    exchange = next(each for each in _exchanges(described) if name in each["messages"])
    return {
        "name": name,
        "summary": message["summary"].replace("`", ""),
        "sender": _who("send", name, described),
        "receivers": _who("receive", name, described),
        "exchange": exchange["bindings"]["amqp"]["exchange"],
        "key": exchange["address"],
        "queues": [each["address"] for each in _queues(described) if name in each["messages"]],
        "fields": [_field(field, schema, message["payload"]) for field, schema in _properties(message)],
        "example": json.dumps(example["payload"], indent=2),
    }


def _who(action: str, name: str, described: dict[str, Any]) -> list[str]:
    return sorted(
        {
            operation.split(".")[0]
            for operation, does in described["operations"].items()
            if does["action"] == action and any(each["$ref"].endswith(f"/messages/{name}") for each in does["messages"])
        }
    )


def _field(name: str, schema: dict[str, Any], payload: dict[str, Any]) -> dict[str, str]:
    kinds = schema.get("anyOf", [schema])
    return {
        "name": name,
        "kind": " or ".join(kind.get("format", kind["type"]) for kind in kinds),
        "rules": ", ".join(words.format(kind[rule]) for kind in kinds for rule, words in RULES.items() if rule in kind),
        "needed": "always" if name in payload["required"] else "not by course programs",
    }


def _properties(message: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from message["payload"]["properties"].items()


def _exchanges(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (each for each in described["channels"].values() if each["bindings"]["amqp"]["is"] == "routingKey")


def _queues(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for channel in described["channels"].values():
        if channel["bindings"]["amqp"]["is"] == "queue":
            yield {
                **channel,
                "bound_to": channel["x-bound-to"],
                "retry": channel["x-retry-queue"],
                "dead": channel["x-dead-letter-queue"],
            }
