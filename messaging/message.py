"""A message: what it says (fields), what it is (type, version), where it goes (address)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Any, ClassVar, Self
from uuid import NAMESPACE_OID, UUID, uuid5

from pika import BasicProperties
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json
from uuid_utils.compat import uuid7

from messaging.errors import Unreadable

NANOSECONDS = 1_000_000_000
_MISSING = object()
CANARY = "canary"  # the type of a message that every consumer answers and nothing else comes of


@dataclass(frozen=True)
class Address:
    """An exchange, its kind, and the routing key to publish with."""

    exchange: str
    kind: str
    key: str = ""


def Direct(exchange: str, key: str) -> Address:  # noqa: N802 - reads as the kind of exchange it names
    """To the queues bound with exactly this key."""
    return Address(exchange, "direct", key)


def Fanout(exchange: str) -> Address:  # noqa: N802
    """To every queue bound to the exchange."""
    return Address(exchange, "fanout")


def Topic(exchange: str, key: str) -> Address:  # noqa: N802
    """To the queues whose binding fits this key. Of a binding, `*` in `key` stands for one word and `#` for any."""
    return Address(exchange, "topic", key)


@dataclass(frozen=True)
class Wire:
    """A message as it travels: where to, its AMQP properties as plain values, and the body's bytes."""

    id: UUID
    exchange: str
    key: str
    type: str
    body: bytes
    headers: dict[str, Any] = field(default_factory=dict)

    def properties(self, app_id: str = "") -> BasicProperties:
        """AMQP properties of a persistent JSON message."""
        return BasicProperties(
            content_type="application/json",
            delivery_mode=2,
            message_id=str(self.id),
            type=self.type,
            timestamp=int(self.headers.get("published_at_ns", 0)) // NANOSECONDS or None,
            app_id=app_id or None,
            headers=self.headers,
        )


class Message(BaseModel):
    """What travels, named in the past tense. A subclass is the contract: one fact, one version, one address.

    `message_id` is the identity that receipts go by: it stays the same however often the message is
    delivered, retried or replayed. Made in the order of time, so that an index of any size takes it at its end.
    Fields a reader does not know are ignored, so writers may add some. Fields named by `in_headers` travel as
    headers: programs that know nothing of them get the body that they expect, and no key more.
    """

    model_config = ConfigDict(frozen=True, from_attributes=True, extra="ignore")
    registry: ClassVar[dict[str, type["Message"]]] = {}

    type: ClassVar[str]
    version: ClassVar[int] = 1
    address: ClassVar[Address]
    in_headers: ClassVar[frozenset[str]] = frozenset()

    message_id: UUID = Field(default_factory=uuid7, exclude=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "type" in cls.__dict__:
            cls.registry[cls.type] = cls

    @classmethod
    def of(cls, source: object) -> Self:
        """The message that tells of `source`, whose attributes have the names of the fields.

        Its identity is its own, whatever `source` calls itself: two messages of one source are two. Raises what reading
        an attribute raises, as a database's error, and pydantic.ValidationError for what does not fit.
        """
        get = source.get if isinstance(source, Mapping) else partial(getattr, source)
        if get("message_id", None) is None:
            try:
                return cls.model_validate(source)
            except ValidationError:
                for name in cls.model_fields:
                    get(name, None)  # pydantic makes one of its own of every error, and this raises it as it was
                raise
        told = {name: get(name, _MISSING) for name in cls.model_fields if name != "message_id"}
        return cls.model_validate({name: value for name, value in told.items() if value is not _MISSING})

    @classmethod
    def names_of_headers(cls) -> set[str]:
        """Under which names fields of the headers are given, the aliases among them."""
        aliases = [cls.model_fields[name].validation_alias for name in cls.in_headers]
        choices = [name for alias in aliases if isinstance(alias, AliasChoices) for name in alias.choices]
        return {*cls.in_headers, *(name for name in [*aliases, *choices] if isinstance(name, str))}

    def subject(self) -> str:
        """What the message is about, e.g. `order/17`: per subject, order is kept."""
        raise NotImplementedError

    def wire(self) -> Wire:
        """The message ready to travel, stamped with the time of now."""
        return Wire(
            id=self.message_id,
            exchange=self.address.exchange,
            key=self.address.key or self.type,  # a fanout ignores it; a topic exchange that is bound to one does not
            type=self.type,
            body=self.model_dump_json(exclude=set(self.in_headers)).encode(),
            headers={
                **self.model_dump(mode="json", include=set(self.in_headers), exclude_none=True),
                "version": self.version,
                "subject": self.subject(),
                "published_at_ns": int(datetime.now(UTC).timestamp() * NANOSECONDS),
            },
        )


def decode(body: bytes, properties: BasicProperties, default_type: str | None = None) -> Message:
    """The message that arrived. Raises Unreadable, naming the cause.

    Simple programs publish bare JSON without properties: their message is of the queue's `default_type`,
    and its identity is made from its content, so that the same body twice is the same message. What they say under the
    name of a header of ours is something of their own, and is ignored.
    """
    if undecodable := getattr(properties, "undecodable", ""):
        raise Unreadable(undecodable)
    type_ = properties.type or default_type
    contract = Message.registry.get(type_ or "")
    if contract is None:
        raise Unreadable(f"unknown message type {type_!r}; known: {', '.join(sorted(Message.registry))}")
    headers = properties.headers or {}
    version = headers.get("version", contract.version)
    if version != contract.version:
        raise Unreadable(f"{type_} has version {version!r}; this service reads version {contract.version}")
    try:
        fields = from_json(body)
        if not isinstance(fields, dict):
            raise Unreadable(f"the body of {type_} is a JSON {type(fields).__name__}, not an object")
        ours = {name: value for name, value in headers.items() if name in contract.in_headers}
        if properties.type is None:
            fields = {name: value for name, value in fields.items() if name not in contract.names_of_headers()}
        return contract.model_validate({**fields, **ours, "message_id": _identity(body, properties, contract.type)})
    except ValidationError as error:
        reasons = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise Unreadable(f"{type_} does not fit its contract: {reasons}") from error
    except ValueError as error:
        raise Unreadable(f"the body is not JSON: {error}") from error


def _identity(body: bytes, properties: BasicProperties, type_: str) -> UUID:
    name = properties.message_id or f"{type_}:{sha256(body).hexdigest()}"
    try:
        return UUID(name)
    except ValueError:
        return uuid5(NAMESPACE_OID, name)
