"""HTTP in, HTTP out: how copies of conferences get here, and how fast."""

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from attendees import copies, observations, schema, statistics, updates
from attendees.epochs import HEADER, read_epoch
from attendees.permissions import IsService
from attendees.records import ConferenceDeletion, ConferenceRecord
from attendees.serializers import PolledCopies, SyncQuestion


@schema.copies
class ConferenceCopies(APIView):
    """GET says which conferences are known here; PUT takes what a poller found. For our own services."""

    permission_classes = [IsService]

    def get(self, _request: Request) -> Response:
        """The numbers of the copies that are not deleted."""
        return Response({"ids": sorted(copies.live_ids())})

    def put(self, request: Request) -> Response:
        """How many copies changed, how many were removed, and how many states a poller had handed on before.

        All of the body is applied, or nothing; but for rows that somebody else holds, which the next comparison brings.
        """
        polled = PolledCopies(data=request.data)
        polled.is_valid(raise_exception=True)
        found, epoch = polled.validated_data, _epoch(request)
        taken = updates.apply_poll(
            [ConferenceRecord(**state, epoch=epoch) for state in found["conferences"]],
            [ConferenceDeletion(**deletion, epoch=epoch) for deletion in found["deleted"]],
            found["gone"],
            epoch,
        )
        return Response(taken._asdict())


@schema.sync
class Sync(APIView):
    """GET says how stale each source's news was, and what it never saw; `?conference=3` shows that one alone."""

    figures = "attendees/sync_figures.html"

    def get(self, request: Request) -> Response:
        """Statistics of the last hour per source, times in milliseconds; and the latest observations."""
        question = SyncQuestion(data=request.query_params.dict())
        question.is_valid(raise_exception=True)
        return Response(
            {
                "window_seconds": observations.WINDOW.total_seconds(),
                "lanes": statistics.by_source(),
                "sightings": observations.latest(question.validated_data.get("conference")),
            }
        )


def _epoch(request: Request) -> int:
    try:
        return read_epoch(request.headers)
    except ValueError as error:
        raise ValidationError({HEADER: [str(error)]}) from error
