"""HTTP in, HTTP out: states, locations, conferences."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import condition
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conference_go.epochs import HEADER as EPOCH
from conference_go.feeds import answered
from events import actions, changes, filters, schema
from events.models import Conference, Location, State
from events.serializers import (
    ConferenceDetail,
    ConferenceFields,
    ConferenceRow,
    LocationDetail,
    LocationRow,
    conference_rows,
    with_weather,
)
from web.browsing import Way
from web.details import DetailView
from web.idempotency.keys import once_per_key
from web.if_match import etag, unchanged, with_etag
from web.lists import ListView
from web.serialization import serialize


@schema.state_list
class StateList(APIView):
    """GET lists the states."""

    def get(self, _request: Request) -> Response:
        """By name."""
        return Response({"states": list(State.objects.values("name", "abbreviation"))})


@schema.location_list
class LocationList(ListView):
    """GET lists the locations, POST adds one."""

    key = "locations"
    queryset = Location.objects.all()
    filterset_class = filters.LocationFilters
    search_fields = ("name", "city")
    serializer_class = LocationDetail

    def get(self, _request: Request) -> Response:
        """By name."""
        return self.listed()

    @once_per_key
    def post(self, request: Request) -> Response:
        """The new location, with a photo of its city if one was found."""
        location = LocationDetail(data=request.data)
        location.is_valid(raise_exception=True)
        return Response(LocationDetail(actions.add_location(**location.validated_data)).data, status=201)

    def rows(self, found: Iterable[Location]) -> list[dict[str, Any]]:
        """Each as in a conference."""
        return LocationRow(found, many=True).data


@schema.location_page
class LocationPage(DetailView):
    """GET shows, PUT changes, DELETE removes a location."""

    queryset = Location.objects.select_related("state")
    serializer_class = LocationDetail

    def get(self, _request: Request, pk: int) -> Response:
        """The location."""
        return with_etag(_shown_location(self.found().get()))

    def put(self, request: Request, pk: int) -> Response:
        """The location as changed; what the body does not name stays."""
        with unchanged(request, self.found(), _shown_location) as location:
            changes = LocationDetail(location, data=request.data, partial=True)
            changes.is_valid(raise_exception=True)
            return with_etag(_shown_location(actions.change_location(pk, **changes.validated_data)))

    def delete(self, request: Request, pk: int) -> Response:
        """As the course answers it; 409 while conferences take place there."""
        with unchanged(request, self.found(), _shown_location) as location:
            location.delete()
        return Response({"deleted": True})


def _state_of_the_whole_list(request: HttpRequest) -> str | None:
    # A filter may look at what is no part of a conference, and a person's page shows who is logged in.
    is_all = not request.GET and "text/html" not in request.headers.get("Accept", "")
    request.state = changes.etag() if is_all else None
    return request.state


@schema.conference_list
class ConferenceList(ListView):
    """GET lists the conferences, all of them only if they have another ETag than If-None-Match says; POST plans one."""

    key = "conferences"
    queryset = Conference.objects.values(*ConferenceRow.Meta.fields[1:])
    filterset_class = filters.ConferenceFilters
    search_fields = ("name", "description", "location__name", "location__city")
    serializer_class = ConferenceFields

    # The ETag is asked for before the list: a change in between comes twice, never not at all.
    @method_decorator(condition(etag_func=_state_of_the_whole_list))
    def get(self, request: Request) -> HttpResponse:
        """By start, then name."""
        if request.state and changes.is_settled(request.state):
            answer = HttpResponse(_whole_list(request.state), content_type="application/json")
        else:
            answer = self.listed()
        if request.state:
            answer[EPOCH] = changes.epoch_of(request.state)
        return answer

    @once_per_key
    def post(self, request: Request) -> Response:
        """The new conference."""
        plan = ConferenceFields(data=request.data)
        plan.is_valid(raise_exception=True)
        return Response(ConferenceDetail(actions.save(Conference(**plan.validated_data))).data, status=201)

    def rows(self, found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each as a ConferenceRow."""
        return conference_rows(found)


@schema.conference_changes
class ConferenceChanges(APIView):
    """GET says what changed `?after=` a cursor, deletions too; without one, everything from the start."""

    def get(self, request: Request) -> Response:
        """At most `?page_size=` changes, the cursor behind them, and whether there are more."""
        return answered(changes.page, request)


@schema.conference_page
class ConferencePage(DetailView):
    """GET shows a conference and its weather, PUT changes it, DELETE cancels it for good."""

    queryset = Conference.objects.select_related("location__state")
    serializer_class = ConferenceFields

    def ways(self, _data: dict[str, Any]) -> list[Way]:
        """What was offered to it, and who comes, which the neighbour knows."""
        own = self.request.path
        return [
            Way("Presentations", f"{own}presentations/"),
            Way("Attendees", f"{settings.ATTENDEES_URL}{own}attendees/"),
        ]

    def get(self, _request: Request, pk: int) -> Response:
        """The conference, and the weather there."""
        conference = self.found().get()
        return Response(with_weather(conference), headers={"ETag": etag(_shown_conference(conference))})

    def put(self, request: Request, pk: int) -> Response:
        """The conference as changed; what the body does not name stays."""
        with unchanged(request, self.found(), _shown_conference) as conference:
            changes = ConferenceFields(conference, data=request.data, partial=True)
            changes.is_valid(raise_exception=True)
            return with_etag(_shown_conference(actions.change(pk, **changes.validated_data)))

    def delete(self, request: Request, pk: int) -> Response:
        """As the course answers it."""
        with unchanged(request, self.found(), _shown_conference):
            actions.delete(pk)
        return Response({"deleted": True})


@lru_cache(maxsize=1)
def _whole_list(_state: str) -> bytes:
    """Made once for each state that the conferences are in: who asks for all of them asks again and again."""
    return JSONRenderer().render({ConferenceList.key: conference_rows(ConferenceList.queryset.all())})


def _shown_conference(conference: Conference) -> dict[str, Any]:
    return serialize(ConferenceDetail, conference)


def _shown_location(location: Location) -> dict[str, Any]:
    return serialize(LocationDetail, location)
