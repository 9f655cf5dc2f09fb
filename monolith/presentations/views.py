"""HTTP in, HTTP out: presentations."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from conference_go.permissions import IsOrganiser, IsOrganiserOrPosts
from events.models import Conference
from presentations import actions, filters, schema
from presentations.models import Presentation, Status
from presentations.serializers import PresentationDetail, PresentationRow
from web.browsing import Deed, Way
from web.details import DetailView
from web.idempotency.keys import once_per_key
from web.if_match import unchanged, with_etag
from web.lists import ListView
from web.serialization import serialize
from web.throttling.open_writes import OpenWrites


@schema.presentations_of_conference
class PresentationsOfConference(ListView):
    """GET lists what was offered to a conference, POST offers one more."""

    permission_classes = [IsOrganiserOrPosts]
    throttle_classes = [OpenWrites]
    key = "presentations"
    queryset = Presentation.objects.all()
    filterset_class = filters.PresentationFilters
    search_fields = ("title", "presenter_name", "company_name", "synopsis")
    serializer_class = PresentationDetail

    def get(self, _request: Request, conference_id: int) -> Response:
        """By title."""
        Conference.objects.get(pk=conference_id)
        return self.listed()

    def get_queryset(self) -> QuerySet[Presentation]:
        """Those of the conference of the path."""
        return super().get_queryset().filter(conference=self.kwargs.get("conference_id"))

    def rows(self, found: Iterable[Presentation]) -> list[dict[str, Any]]:
        """Each as a PresentationRow."""
        return PresentationRow(found, many=True).data

    @once_per_key
    def post(self, request: Request, conference_id: int) -> Response:
        """The presentation as offered: SUBMITTED."""
        conference = Conference.objects.get(pk=conference_id)
        offer = PresentationDetail(data=request.data)
        offer.is_valid(raise_exception=True)
        offered = actions.offer(conference=conference, **offer.validated_data)
        return Response(_serialize(offered), status=201)


@schema.presentation_page
class PresentationPage(DetailView):
    """GET shows, PUT changes what was offered (never the status; the presenter until it is decided), DELETE removes."""

    queryset = Presentation.objects.select_related("conference")
    serializer_class = PresentationDetail

    def deeds(self, data: dict[str, Any]) -> list[Deed]:
        """The two decisions, until one was taken, for whoever may."""
        if data["status"] != Status.SUBMITTED or not IsOrganiser().may(self.request):
            return []
        return [Deed("Approve", f"{data['href']}approval/"), Deed("Reject", f"{data['href']}rejection/")]

    def ways(self, data: dict[str, Any]) -> list[Way]:
        """Its conference."""
        return [Way(f"Conference: {data['conference']['name']}", data["conference"]["href"])]

    def get(self, _request: Request, pk: int) -> Response:
        """The presentation."""
        return with_etag(_serialize(self.found().get()))

    def put(self, request: Request, pk: int) -> Response:
        """The presentation as changed; what the body does not name stays."""
        with unchanged(request, self.found(), _serialize) as presentation:
            changes = PresentationDetail(presentation, data=request.data, partial=True)
            changes.is_valid(raise_exception=True)
            return with_etag(_serialize(actions.change(pk, **changes.validated_data)))

    def delete(self, request: Request, pk: int) -> Response:
        """As the course answers it."""
        with unchanged(request, self.found(), _serialize):
            actions.delete(pk)
        return Response({"deleted": True})


def _serialize(presentation: Presentation) -> dict[str, Any]:
    return serialize(PresentationDetail, presentation)
