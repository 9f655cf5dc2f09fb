"""HTTP in, HTTP out: how copies of conferences get here, and how fast."""

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from attendees import copies, lanes, sightings
from attendees.facts import ConferenceFact
from attendees.models import Lane
from attendees.permissions import IsService
from attendees.serializers import PolledCopies, SyncQuestion


class ConferenceCopies(APIView):
    """GET says which conferences are known here; PUT takes what a poller found. For our own services."""

    permission_classes = [IsService]

    def get(self, _request: Request) -> Response:
        """The numbers of the copies that are not deleted."""
        return Response({"ids": sorted(copies.live_ids())})

    @transaction.atomic
    def put(self, request: Request) -> Response:
        """How many copies changed, and how many were removed: all of the body is applied, or nothing."""
        polled = PolledCopies(data=request.data)
        polled.is_valid(raise_exception=True)
        facts = [ConferenceFact(**state) for state in polled.validated_data["conferences"]]
        changed = lanes.take_changes(Lane.POLL, facts)
        return Response({"changed": changed, "removed": copies.bury_missing(polled.validated_data["gone"])})


class Sync(APIView):
    """GET says how stale the news of each lane was. `?conference=3` shows the last sightings of that one."""

    def get(self, request: Request) -> Response:
        """Figures of the last hour per lane, in milliseconds; and the latest sightings."""
        question = SyncQuestion(data=request.query_params.dict())
        question.is_valid(raise_exception=True)
        return Response(
            {
                "window_seconds": sightings.WINDOW.total_seconds(),
                "lanes": sightings.percentiles(),
                "sightings": sightings.latest(question.validated_data.get("conference")),
            }
        )
