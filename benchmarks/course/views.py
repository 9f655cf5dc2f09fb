"""HTTP in, HTTP out."""
# doctor: ignore (the course's way is measured here)

import json
from collections.abc import Callable

import pika
from django.conf import settings
from django.db import transaction
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.course.models import Conference, Presentation

QUEUE = "presentation_approvals"


class ConferenceRow(serializers.ModelSerializer):
    """A conference in a list."""

    class Meta:
        model = Conference
        fields = ("href", "id", "name")


class PresentationDetail(serializers.ModelSerializer):
    """A presentation, and the conference it was offered to."""

    conference = ConferenceRow()

    class Meta:
        model = Presentation
        fields = (
            "href", "presenter_name", "company_name", "presenter_email", "title", "synopsis", "created", "status",
            "conference",
        )  # fmt: skip


class Conferences(APIView):
    """All of them."""

    def get(self, _request: Request) -> Response:
        """By start, then name."""
        return Response({"conferences": ConferenceRow(Conference.objects.all(), many=True).data})


class Approval(APIView):
    """Accepts a presentation, and publishes that in one of the ways."""

    publish: Callable[[str], None] | None = None

    def put(self, _request: Request, pk: int) -> Response:
        """The presentation."""
        presentation = Presentation.objects.get(pk=pk)
        presentation.status = "APPROVED"
        told = ("presenter_name", "presenter_email", "title")
        body = json.dumps({name: getattr(presentation, name) for name in told})
        with transaction.atomic():
            presentation.save()
            transaction.on_commit(lambda: self.publish(body))
        return Response(PresentationDetail(presentation).data)


def over_a_new_connection(body: str) -> None:
    """The course's way."""
    connection = pika.BlockingConnection(pika.URLParameters(settings.RABBITMQ_URL))
    channel = connection.channel()
    channel.queue_declare(queue=QUEUE)
    channel.basic_publish(exchange="", routing_key=QUEUE, body=body)
    connection.close()


def by_celery(body: str) -> None:
    """Confirmed."""
    from benchmarks.peers.celery_app import note

    note.delay(body)


def by_dramatiq(body: str) -> None:
    """Confirmed."""
    from benchmarks.peers.dramatiq_app import note

    note.send(body)
