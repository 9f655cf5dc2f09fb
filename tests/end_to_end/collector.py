"""A collector of traces: takes what OTLP over HTTP brings, and keeps it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Span(NamedTuple):
    """One step, and whose."""

    service: str
    name: str
    trace: bytes
    id: bytes
    parent: bytes


class Collector(ThreadingHTTPServer):
    """Keeps every span."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taken)
        self.spans: list[Span] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def trace_with(self, name: str) -> list[Span]:
        """All spans of the trace in which there is one of this name."""
        traces = {span.trace for span in self.spans if span.name == name}
        return [span for span in self.spans if span.trace in traces]


class Taken(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        assert self.path == "/v1/traces"
        told = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
        for of_service in told.resource_spans:
            service = {each.key: each.value.string_value for each in of_service.resource.attributes}["service.name"]
            for each in (each for scope in of_service.scope_spans for each in scope.spans):
                self.server.spans.append(Span(service, each.name, each.trace_id, each.span_id, each.parent_span_id))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that takes what comes until the end of the block."""
    collector = Collector()
    threading.Thread(target=collector.serve_forever, daemon=True).start()
    yield collector
    collector.shutdown()
    collector.server_close()
