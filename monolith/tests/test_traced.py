"""A request that writes is the beginning of a trace, which the stored message carries on."""

import pytest
from django.conf import settings as chosen
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from messaging import tracing
from messaging.outbox.models import OutboxMessage
from telemetry.traces import Traces
from web import traced

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans(settings, monkeypatch):
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    traces = Traces(provider, per_second=100)
    monkeypatch.setattr(traced, "traces", traces)
    monkeypatch.setattr(tracing, "tracer", traces)
    settings.MIDDLEWARE = ["web.traced.trace_requests", *chosen.MIDDLEWARE]
    return kept


def test_a_decision_continues_the_trace_of_whoever_asked_for_it(desk, presentation, spans):
    path = f"/api/presentations/{presentation.pk}/approval/"

    desk.put(path, headers={"traceparent": CALLER})

    store, request = spans.get_finished_spans()
    assert (request.name, store.name) == (f"PUT {path}", "store presentation.approved")
    assert request.attributes["http.response.status_code"] == 200
    assert f"{request.context.trace_id:032x}" == f"{store.context.trace_id:032x}" == CALLER.split("-")[1]
    stored = OutboxMessage.objects.get(type="presentation.approved")
    assert stored.headers["traceparent"] == f"00-{CALLER.split('-')[1]}-{store.context.span_id:016x}-01"


def test_who_only_reads_begins_no_trace(desk, presentation, spans):
    desk.get(f"/api/presentations/{presentation.pk}/")

    assert spans.get_finished_spans() == ()
