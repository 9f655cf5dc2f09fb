"""A message that is followed: through the outbox, by the relay, to its handler, and on to what that causes."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from contracts.messages import PresentationApproved
from contracts.queues import PRESENTATION_APPROVALS
from messaging import tracing
from messaging.consumer import Consumer
from messaging.errors import Permanent
from messaging.outbox import publish
from messaging.outbox.models import OutboxMessage
from messaging.tests.conftest import approval, drain, eventually
from telemetry.traces import Traces

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """What was recorded; this process follows messages until the test has ended."""
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    tracing.tracer = Traces(provider, per_second=1000)
    yield kept
    tracing.tracer = None


def told(spans: InMemorySpanExporter) -> set[tuple[str, str, bool]]:
    """Of each span its name, its parent's, and whether it went well."""
    found = spans.get_finished_spans()
    names = {span.context.span_id: span.name for span in found}
    return {
        (span.name, names.get(span.parent.span_id, "?") if span.parent else "", span.status.is_ok) for span in found
    }


def publish_followed(number: int) -> None:
    with tracing.tracer.request("PUT", "/x/", {}), transaction.atomic():
        publish(approval(number))


def test_a_message_is_followed_from_the_request_to_the_step_of_its_handler(relay, channel, consume, spans):
    consumer = Consumer([PRESENTATION_APPROVALS], prefetch=20)
    handled = []

    @consumer.handles(PresentationApproved, batch=10)
    def handle(messages: list[PresentationApproved]) -> None:
        for each in messages:
            with tracing.step("write", str(each.message_id)):
                handled.append(each.presentation_id)

    publish_followed(1)
    with transaction.atomic():
        publish(approval(2))

    drain(relay)
    consume(consumer)
    eventually(lambda: sorted(handled) == [1, 2])
    eventually(lambda: len(spans.get_finished_spans()) == 5)

    assert told(spans) == {
        ("PUT /x/", "", True),
        ("store presentation.approved", "PUT /x/", True),
        ("publish presentation.approved", "store presentation.approved", True),
        ("handle presentation.approved", "store presentation.approved", True),
        ("write", "handle presentation.approved", True),
    }
    headers = OutboxMessage.objects.order_by("id").values_list("headers", flat=True)
    assert ["traceparent" in each for each in headers] == [True, False]


def test_what_a_handler_publishes_about_the_same_subject_belongs_to_it(channel, consume, publisher, spans):
    consumer = Consumer([PRESENTATION_APPROVALS])
    published = []

    @consumer.handles(PresentationApproved)
    def handle(message: PresentationApproved) -> None:
        for number in (1, 2):
            wire = approval(number).wire()
            tracing.tracer.storing([wire])
            published.append("traceparent" in wire.headers)

    with tracing.tracer.request("PUT", "/x/", {}):
        first = approval(1).wire()
        tracing.tracer.storing([first])
    publisher.publish([first])
    consume(consumer)

    eventually(lambda: len(published) == 2)
    assert published == [True, False]


def test_an_attempt_that_fails_is_a_span_that_failed(channel, consume, publisher, spans):
    consumer = Consumer([PRESENTATION_APPROVALS])

    @consumer.handles(PresentationApproved)
    def refuse(message: PresentationApproved) -> None:
        raise Permanent("never")

    with tracing.tracer.request("PUT", "/x/", {}):
        wire = approval(1).wire()
        tracing.tracer.storing([wire])
    publisher.publish([wire])
    consume(consumer)

    eventually(lambda: ("handle presentation.approved", "store presentation.approved", False) in told(spans))


def test_beyond_the_rate_nothing_is_followed(spans):
    tracing.tracer._rate._per_second = tracing.tracer._rate._left = 0

    publish_followed(1)

    assert spans.get_finished_spans() == ()
    assert "traceparent" not in OutboxMessage.objects.get().headers
