"""Traces, for whoever has a tool for them: each step of a message's way a span, sent to a collector over OTLP.

Needs the packages of telemetry/requirements.txt, which are imported where traces are wanted and nowhere else.
"""

import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Protocol
from uuid import UUID

HEADER = "traceparent"
DELAY = 1000  # milliseconds until spans are sent, at the latest
KEPT = 2048  # spans that wait to be sent; with more, the newest are dropped


class PackagesMissing(Exception):
    """Traces are wanted, and the packages for them are not installed."""


class Wire(Protocol):
    """A message on its way out."""

    @property
    def id(self) -> UUID: ...
    @property
    def type(self) -> str: ...
    @property
    def exchange(self) -> str: ...
    @property
    def headers(self) -> dict[str, Any]: ...


class Delivery(Protocol):
    """A message that arrived."""

    @property
    def type(self) -> str: ...
    @property
    def properties(self) -> Any: ...
    @property
    def queue(self) -> Any: ...


class Rate:
    """So many a second, and no more."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._left, self._at = max(1.0, per_second), time.monotonic()
        self._lock = threading.Lock()

    def allows(self) -> bool:
        """Whether there is room for one more now; it is taken then."""
        with self._lock:
            now = time.monotonic()
            room = self._left + (now - self._at) * self._per_second
            self._left, self._at = min(room, max(1.0, self._per_second)), now
            if self._left < 1:
                return False
            self._left -= 1
            return True


class Traces:
    """The spans of one process. A trace begins with a request that `rate` has room for; whatever it causes belongs to
    it, however much later and wherever: the context travels in the headers of stored messages."""

    def __init__(self, provider: Any, per_second: float) -> None:
        from opentelemetry import trace
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._api = trace
        self._tracer = provider.get_tracer("conference-go")
        self._carrier = TraceContextTextMapPropagator()
        self._rate = Rate(per_second)
        self._in_hand = threading.local()

    @contextmanager
    def request(self, method: str, route: str, headers: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """Around a request; what is put into the mapping becomes attributes of its span."""
        told: dict[str, Any] = {}
        if not self._rate.allows():
            yield told
            return
        context = self._carrier.extract(headers)
        begins = {"http.request.method": method, "url.path": route}
        with self._tracer.start_as_current_span(
            f"{method} {route}", context, self._api.SpanKind.SERVER, begins
        ) as span:
            yield told
            span.set_attributes(told)
            if told.get("http.response.status_code", 0) >= 500:
                span.set_status(self._api.StatusCode.ERROR)

    def storing(self, wires: Sequence[Wire]) -> None:
        """Stored messages carry the context of the request, or of the message, that caused them."""
        for wire in wires:
            context = getattr(self._in_hand, "subjects", {}).get(wire.headers.get("subject"))
            if context is None and not self._api.get_current_span().get_span_context().is_valid:
                continue
            with self._span(f"store {wire.type}", context, self._api.SpanKind.PRODUCER, _of(wire)) as span:
                self._carrier.inject(wire.headers, self._api.set_span_in_context(span))

    def published(self, wire: Wire, seconds: float, outcome: str) -> None:
        """The relay sent it, and the broker answered."""
        now = time.time_ns()
        span = self._tracer.start_span(
            f"publish {wire.type}", self._carrier.extract(wire.headers), self._api.SpanKind.PRODUCER,
            {**_of(wire), "messaging.outcome": outcome}, start_time=now - int(1e9 * seconds),
        )  # fmt: skip
        if outcome != "confirmed":
            span.set_status(self._api.StatusCode.ERROR, outcome)
        span.end(now)

    @contextmanager
    def handling(self, run: Sequence[Delivery]) -> Iterator[None]:
        """A span for each of them that is followed."""
        followed = [each for each in run if HEADER in (each.properties.headers or {})]
        if not followed:
            yield
            return
        subjects, messages = {}, {}
        with ExitStack() as spans:
            for each in followed:
                headers = each.properties.headers
                span = spans.enter_context(
                    self._span(
                        f"handle {each.type}", self._carrier.extract(headers), self._api.SpanKind.CONSUMER,
                        {"messaging.message.id": each.properties.message_id or "",
                         "messaging.destination.name": each.queue.name},
                    )
                )  # fmt: skip
                context = self._api.set_span_in_context(span)
                subjects[headers.get("subject")] = messages[each.properties.message_id] = context
            self._in_hand.subjects, self._in_hand.messages = subjects, messages
            try:
                yield
            finally:
                self._in_hand.subjects, self._in_hand.messages = {}, {}

    @contextmanager
    def step(self, name: str, message: str) -> Iterator[None]:
        """A span within that of a message in hand; none for a message that is not followed."""
        context = getattr(self._in_hand, "messages", {}).get(message)
        if context is None:
            yield
            return
        with self._span(name, context, self._api.SpanKind.CLIENT, {"messaging.message.id": message}):
            yield

    @contextmanager
    def _span(self, name: str, context: Any, kind: Any, attributes: dict[str, str]) -> Iterator[Any]:
        """One that is not the current: several messages are handled at the same time."""
        span = self._tracer.start_span(name, context, kind, attributes)
        try:
            yield span
        except Exception as error:
            span.set_status(self._api.StatusCode.ERROR, f"{type(error).__name__}: {error}")
            raise
        finally:
            span.end()


def _of(wire: Wire) -> dict[str, str]:
    return {"messaging.message.id": str(wire.id), "messaging.destination.name": wire.exchange}


def start(endpoint: str, service: str, per_second: float) -> Traces:
    """Follow up to so many requests a second, and what they cause; spans go to the collector at `endpoint`, e.g.
    http://localhost:4318, from a thread of its own. Dropped where it is away. Raises PackagesMissing."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise PackagesMissing(
            f"OTEL_EXPORTER_OTLP_ENDPOINT is set, and {error.name} is not installed. "
            "Install it with: pip install -r telemetry/requirements.txt"
        ) from error

    provider = TracerProvider(resource=Resource.create({"service.name": service, "process.pid": os.getpid()}))
    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter, KEPT, schedule_delay_millis=DELAY))
    return Traces(provider, per_second)
