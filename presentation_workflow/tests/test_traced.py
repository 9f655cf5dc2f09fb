"""A letter within a trace: handed to the mail server, and what is published of it."""

from types import SimpleNamespace

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from contracts.messages import PresentationApproved
from messaging import tracing
from messaging.outbox.models import OutboxMessage
from presentation_mailer import handlers
from telemetry.traces import Traces

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_letters_of_a_batch_the_one_that_is_followed_has_its_steps_in_its_trace(mail_server, monkeypatch):
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setattr(tracing, "tracer", Traces(provider, per_second=100))
    facts = {"presenter_name": "Ada", "presenter_email": "ada@example.com", "title": "Notes"}
    followed, other = (PresentationApproved(presentation_id=number, **facts) for number in (1, 2))
    with tracing.tracer.request("PUT", "/x/", {}):
        wire = followed.wire()
        tracing.tracer.storing([wire])
    arrived = [each.properties() for each in (wire, other.wire())]
    run = [SimpleNamespace(type=each.type, properties=each, queue=SimpleNamespace(name="q")) for each in arrived]

    with tracing.handling(run):
        assert handlers.send_congratulations([followed, other]) == [None, None]

    assert len(mail_server.taken) == 2
    names = {span.context.span_id: span.name for span in spans.get_finished_spans()}
    assert [(span.name, names[span.parent.span_id]) for span in spans.get_finished_spans() if span.parent] == [
        ("store presentation.approved", "PUT /x/"),
        ("hand the letter to the mail server", "handle presentation.approved"),
        ("store presentation.notified", "handle presentation.approved"),
        ("handle presentation.approved", "store presentation.approved"),
    ]
    headers = OutboxMessage.objects.order_by("id").values_list("headers", flat=True)
    assert ["traceparent" in each for each in headers] == [True, False]
