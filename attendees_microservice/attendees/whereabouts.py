"""Where a message is, as far as this service knows: for our own services, and staff."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from attendees.models import AccountVO, ConferenceVO, Observation, Source
from attendees.permissions import IsService
from messaging.whereabouts import read_question, receipts
from messaging.whereabouts.totals import received


@extend_schema(exclude=True)
class Whereabouts(APIView):
    """GET says what is known of `?message=ID`, or of `?subject=conference/3` or account/e-mail; how many messages
    took effect since `?since=ID`."""

    permission_classes = [IsService]

    def get(self, request: Request) -> Response:
        """Its receipts, and the copies with their revisions."""
        try:
            asked = read_question(dict(request.query_params.lists()))
        except ValueError as error:
            raise ValidationError({"message": [str(error)]}) from error
        return Response(
            {
                "service": settings.SERVICE_NAME,
                "resync_interval": settings.RESYNC_INTERVAL,
                "receipts": receipts(asked.message_ids),
                "copies": {subject: _copy(subject) for subject in asked.subjects},
                **({"received": received(asked.since)} if asked.since else {}),
            }
        )


def _copy(subject: str) -> dict[str, Any] | None:
    """The copy; of a conference also when the poller brought its state. None where there is none."""
    noun, _, key = subject.partition("/")
    if noun == "account":
        return AccountVO.objects.filter(email=key.lower()).values("revision", "updated").first()
    if noun != "conference" or not (key.isascii() and key.isdecimal() and len(key) < 19):
        return None
    copy = ConferenceVO.objects.filter(pk=int(key)).values("revision", "updated", "deleted").first()
    if copy:
        polled = Observation.objects.filter(conference_id=int(key), lane=Source.POLL).order_by("-revision").first()
        copy["polled_revision"] = polled and polled.revision
    return copy
