"""HTTP in, HTTP out: attendees and their badges."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from attendees import actions, filters, schema
from attendees.models import Attendee, ConferenceVO, conference_href
from attendees.serializers import AttendeeFields, Registration, attendee_detail, attendee_row
from web.details import DetailView
from web.idempotency.keys import once_per_key
from web.if_match import unchanged, with_etag
from web.lists import ListView
from web.throttling.open_writes import OpenWrites


@schema.conferences
class Conferences(ListView):
    """GET lists the conferences that one can register for here. The monolith plans and changes them."""

    key = "conferences"
    queryset = ConferenceVO.objects.filter(deleted=False).order_by("starts", "name", "id").values("id", "name")
    filterset_class = filters.ConferenceFilters
    search_fields = ("name",)

    def get(self, _request: Request) -> Response:
        """What this service knows, by start then name."""
        return self.listed()

    def rows(self, found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each with where the monolith has it."""
        return [{"href": conference_href(row["id"]), **row} for row in found]


class AttendeeList(ListView):
    """A list of attendees."""

    key = "attendees"
    queryset = Attendee.objects.values("id", "name", "conference__name")
    search_fields = ("name", "email", "company_name")
    throttle_classes = [OpenWrites]

    def get(self, _request: Request) -> Response:
        """In the order of their registration."""
        return self.listed()

    def rows(self, found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each with its conference's name."""
        return [attendee_row(row) for row in found]


@schema.attendees
class Attendees(AttendeeList):
    """GET lists all attendees; POST registers someone for the conference that the body names."""

    filterset_class = filters.AttendeeFilters
    serializer_class = Registration

    @once_per_key
    def post(self, request: Request) -> Response:
        """The new attendee."""
        registration = Registration(data=request.data)
        registration.is_valid(raise_exception=True)
        return Response(attendee_detail(actions.register(**registration.validated_data)), status=201)


@schema.conference_attendees
class ConferenceAttendees(AttendeeList):
    """The same for one conference: that of the path, whatever the body says."""

    serializer_class = AttendeeFields

    def get(self, _request: Request, conference_id: int) -> Response:
        """In the order of their registration."""
        _live(conference_id)
        return self.listed()

    def get_queryset(self) -> QuerySet[Attendee]:
        """Those of the conference of the path."""
        return super().get_queryset().filter(conference=self.kwargs.get("conference_id"))

    @once_per_key
    def post(self, request: Request, conference_id: int) -> Response:
        """The new attendee."""
        _live(conference_id)
        person = AttendeeFields(data=request.data)
        person.is_valid(raise_exception=True)
        return Response(attendee_detail(actions.register(conference_id, **person.validated_data)), status=201)


@schema.attendee
class AttendeeDetail(DetailView):
    """GET shows an attendee, PUT changes what it names, DELETE gives the seat back."""

    queryset = Attendee.objects.select_related("conference")
    serializer_class = Registration

    def get(self, _request: Request, pk: int) -> Response:
        """The attendee."""
        return with_etag(attendee_detail(self.found().select_related("badge").get()))

    def put(self, request: Request, pk: int) -> Response:
        """The attendee as changed; what the body does not name stays."""
        with unchanged(request, self.found(), attendee_detail):
            changes = Registration(data=request.data, partial=True)
            changes.is_valid(raise_exception=True)
            return with_etag(attendee_detail(actions.change(pk, **changes.validated_data)))

    def delete(self, request: Request, pk: int) -> Response:
        """As the course answers it."""
        with unchanged(request, self.found(), attendee_detail):
            actions.remove(pk)
        return Response({"deleted": True})


@schema.badge
class AttendeeBadge(APIView):
    """POST makes the attendee's badge; again, and it answers the same one."""

    throttle_classes = [OpenWrites]

    def post(self, _request: Request, pk: int) -> Response:
        """201 for a new badge, 200 for one that was there."""
        badge, is_new = actions.give_badge(pk)
        attendee = {"href": badge.attendee.href, "name": badge.attendee.name}
        return Response({"created": badge.created, "attendee": attendee}, status=201 if is_new else 200)


def _live(conference_id: int) -> ConferenceVO:
    return ConferenceVO.objects.get(pk=conference_id, deleted=False)
