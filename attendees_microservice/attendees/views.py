"""HTTP in, HTTP out: attendees and their badges."""

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from attendees import actions
from attendees.models import Attendee, ConferenceVO, conference_href
from attendees.serializers import AttendeeFields, Registration, attendee_detail, attendee_row
from web.idempotency.keys import once_per_key
from web.if_match import unchanged, with_etag


class Conferences(APIView):
    """GET lists the conferences that one can register for here. The monolith plans and changes them."""

    def get(self, _request: Request) -> Response:
        """What this service knows, by start then name."""
        rows = ConferenceVO.objects.filter(deleted=False).order_by("starts", "name", "id").values("id", "name")
        return Response({"conferences": [{"href": conference_href(row["id"]), **row} for row in rows]})


class Attendees(APIView):
    """GET lists all attendees; POST registers someone for the conference that the body names."""

    def get(self, _request: Request) -> Response:
        """In the order of their registration."""
        return Response(_listed(Attendee.objects.all()))

    @once_per_key
    def post(self, request: Request) -> Response:
        """The new attendee."""
        registration = Registration(data=request.data)
        registration.is_valid(raise_exception=True)
        return Response(attendee_detail(actions.register(**registration.validated_data)), status=201)


class ConferenceAttendees(APIView):
    """The same for one conference: that of the path, whatever the body says."""

    def get(self, _request: Request, conference_id: int) -> Response:
        """In the order of their registration."""
        return Response(_listed(_live(conference_id).attendees.all()))

    @once_per_key
    def post(self, request: Request, conference_id: int) -> Response:
        """The new attendee."""
        _live(conference_id)
        person = AttendeeFields(data=request.data)
        person.is_valid(raise_exception=True)
        return Response(attendee_detail(actions.register(conference_id, **person.validated_data)), status=201)


class AttendeeDetail(APIView):
    """GET shows an attendee, PUT changes what it names, DELETE gives the seat back."""

    def get(self, _request: Request, pk: int) -> Response:
        """The attendee."""
        return with_etag(attendee_detail(_attendees(pk).select_related("badge").get()))

    def put(self, request: Request, pk: int) -> Response:
        """The attendee as changed; what the body does not name stays."""
        with unchanged(request, _attendees(pk), attendee_detail):
            changes = Registration(data=request.data, partial=True)
            changes.is_valid(raise_exception=True)
            return with_etag(attendee_detail(actions.change(pk, **changes.validated_data)))

    def delete(self, _request: Request, pk: int) -> Response:
        """As the course answers it."""
        actions.remove(pk)
        return Response({"deleted": True})


class AttendeeBadge(APIView):
    """POST makes the attendee's badge; again, and it answers the same one."""

    def post(self, _request: Request, pk: int) -> Response:
        """201 for a new badge, 200 for one that was there."""
        badge, is_new = actions.give_badge(pk)
        attendee = {"href": badge.attendee.href, "name": badge.attendee.name}
        return Response({"created": badge.created, "attendee": attendee}, status=201 if is_new else 200)


def _listed(attendees: QuerySet[Attendee]) -> dict[str, object]:
    return {"attendees": [attendee_row(row) for row in attendees.values("id", "name", "conference__name")]}


def _attendees(pk: int) -> QuerySet[Attendee]:
    return Attendee.objects.select_related("conference").filter(pk=pk)


def _live(conference_id: int) -> ConferenceVO:
    return ConferenceVO.objects.get(pk=conference_id, deleted=False)
