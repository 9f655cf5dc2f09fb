"""What a trace or an event of the broker says, in the record's words."""

from typing import Any

from lab.feed.record import Record
from lab.feed.topology import OWN, TAP
from lab.feed.waiting import Waiting

SHOWN = 4000  # bytes of a body that are kept, and characters of headers


def noted_trace(
    record: Record, waiting: Waiting, names: dict[str, str], key: str, headers: dict[str, Any], body: bytes
) -> None:
    """Note a publish or a delivery."""
    kind, _, where = key.partition(".")
    if where.startswith("amq.rabbitmq."):
        return
    properties = headers.get("properties") or {}
    message = str(properties.get("message_id", ""))
    connection = str(headers.get("connection", ""))
    # The message names who published it, which is not who it is delivered to.
    client = names.get(connection) or (str(properties.get("app_id", "")) if kind == "publish" else "")
    facts = {
        "type": str(properties.get("type", "")),
        "connection": connection,
        "client": client,
        "exchange": str(headers.get("exchange_name", "")),
        "headers": _headers(properties.get("headers") or {}),
    }
    if kind == "publish":
        routed = [str(each) for each in headers.get("routed_queues") or []]
        keys = [str(each) for each in headers.get("routing_keys") or []]
        event = record.add(
            "publish", client, message, routed=routed, key=keys[0] if keys else "", body=_text(body), **facts
        )
        for queue in routed:
            waiting.arrived(queue, message, event.at)
    else:
        record.add("deliver", client, message, queue=where, redelivered=bool(headers.get("redelivered")), **facts)
        waiting.left(where, message)


def noted_event(record: Record, names: dict[str, str], key: str, headers: dict[str, Any]) -> bool:
    """Note a change; whether the picture may be another now."""
    if any(str(headers.get(name, "")).startswith(TAP) for name in ("name", "queue", "destination_name")):
        return False
    name = str(headers.get("name", ""))
    if key == "connection.created":
        names[name] = str(headers.get("user_provided_name") or "")
    what = names.get(name) or str(headers.get("queue", "")) or str(headers.get("destination_name", ""))
    if what and not what.startswith(OWN):
        record.add(key, what, connection=name)
    if key == "connection.closed":
        names.pop(name, None)
    return True


def _headers(told: dict[str, Any]) -> dict[str, Any]:
    """Those of a message; of one that has too many to keep, what they are called."""
    if len(str(told)) <= SHOWN:
        return told
    return {"(too long to be kept)": ", ".join(map(str, told))[:SHOWN]}


def _text(body: bytes) -> str:
    return body[:SHOWN].decode(errors="replace")
