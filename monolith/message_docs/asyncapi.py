"""The messages, exchanges and queues as an AsyncAPI 3.0 document, out of the contract classes and the topology.

What AsyncAPI has no word for stands behind `x-`: all that is declared on the broker, with arguments and bindings.
"""

import inspect
import json
from pathlib import Path
from typing import Any

import contracts
from contracts.queues import QUEUES
from message_docs.declared import Declared, declared
from message_docs.places import sender, service
from messaging.message import Address, Message
from messaging.topology import Queue, dead_letter_queue

SAMPLES = Path(contracts.__file__).with_name("samples")
AMQP = "0.3.0"  # the version of AsyncAPI's words for AMQP 0-9-1
JSON_TYPE = "application/json"
HEADERS = {
    "type": "object",
    "required": ["version", "subject", "published_at_ns"],
    "properties": {
        "version": {"type": "integer", "description": "Of the message's contract."},
        "subject": {"type": "string", "description": "What the message is about; its messages keep their order."},
        "published_at_ns": {"type": "integer", "description": "When it was decided, in nanoseconds since 1970."},
    },
}


def document() -> dict[str, Any]:
    """All of it, as plain values."""
    messages = sorted(Message.registry.values(), key=lambda message: message.type)
    addresses = sorted({message.address for message in messages}, key=_channel_of)
    broker = declared()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Conference GO: messages",
            "version": "1",
            "description": (
                "What the services tell each other through RabbitMQ. Exchanges and queues are durable, queues are "
                "quorum queues, messages are persistent; each has a message id, and arriving twice changes nothing. "
                "To listen along, bind a queue of your own."
            ),
        },
        "defaultContentType": JSON_TYPE,
        "servers": {
            "rabbitmq": {
                "host": "rabbitmq:5672",
                "protocol": "amqp",
                "protocolVersion": "0.9.1",
                "description": "Inside the containers' network; a native run prints its own with `native broker`.",
            }
        },
        "channels": {
            **{_channel_of(address): _exchange(address, broker, messages) for address in addresses},
            **{queue.name: _queue(queue, broker) for queue in QUEUES},
        },
        "operations": {
            **{f"{sender(each)}.sends.{each.type}": _sending(each) for each in messages},
            **{f"{service(queue.owner)}.receives.{queue.name}": _receiving(queue) for queue in QUEUES},
        },
        "components": {"messages": {each.type: _message(each) for each in messages}},
        "x-topology": broker.as_document(),
    }


def _channel_of(address: Address) -> str:
    return f"{address.exchange}.to.{address.key}" if address.key else address.exchange


def _exchange(address: Address, broker: Declared, messages: list[type[Message]]) -> dict[str, Any]:
    exchange = {"name": address.exchange, **broker.exchanges[address.exchange], "autoDelete": False, "vhost": "/"}
    return {
        "address": address.key,
        "title": f"exchange {address.exchange} ({address.kind})",
        "messages": _references(each for each in messages if each.address == address),
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, "bindingVersion": AMQP}},
    }


def _queue(queue: Queue, broker: Declared) -> dict[str, Any]:
    is_durable = broker.queues[queue.name]["durable"]
    described = {"name": queue.name, "durable": is_durable, "exclusive": False, "autoDelete": False, "vhost": "/"}
    bound_to = sorted((exchange, key) for exchange, key, name in broker.bindings if name == queue.name)
    return {
        "address": queue.name,
        "title": f"queue {queue.name}",
        "description": f"A body that comes without a type is taken for {queue.default_type}.",
        "messages": _references(queue.messages),
        "bindings": {"amqp": {"is": "queue", "queue": described, "bindingVersion": AMQP}},
        "x-arguments": broker.queues[queue.name]["arguments"],
        "x-bound-to": [{"exchange": exchange, "routingKey": key} for exchange, key in bound_to],
        "x-retry-queue": queue.retry,
        "x-dead-letter-queue": dead_letter_queue(queue.owner),
    }


def _sending(message: type[Message]) -> dict[str, Any]:
    channel = _channel_of(message.address)
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": inspect.getdoc(message),
        "messages": [{"$ref": f"#/channels/{channel}/messages/{message.type}"}],
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": True, "ack": True, "bindingVersion": AMQP}},
    }


def _receiving(queue: Queue) -> dict[str, Any]:
    return {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{queue.name}"},
        "summary": "Acknowledged last: once what the message asks for is done and stored.",
        "messages": [{"$ref": f"#/channels/{queue.name}/messages/{each.type}"} for each in queue.messages],
        "bindings": {"amqp": {"ack": True, "bindingVersion": AMQP}},
    }


def _message(message: type[Message]) -> dict[str, Any]:
    sample = json.loads((SAMPLES / f"{message.type}.v{message.version}.json").read_text())
    payload = message.model_json_schema(mode="serialization")
    payload.pop("description", None)
    ours = {name: payload["properties"].pop(name) for name in sorted(message.in_headers)}
    payload["required"] = [name for name in payload["required"] if name not in ours]
    return {
        "name": message.type,
        "title": message.__name__,
        "summary": inspect.getdoc(message),
        "contentType": JSON_TYPE,
        "headers": {**HEADERS, "properties": {**HEADERS["properties"], **ours}},
        "payload": payload,
        "bindings": {"amqp": {"messageType": message.type, "bindingVersion": AMQP}},
        "examples": [{"headers": sample["properties"]["headers"], "payload": sample["body"]}],
    }


def _references(messages: Any) -> dict[str, Any]:
    return {each.type: {"$ref": f"#/components/messages/{each.type}"} for each in messages}
