"""HTTP in, HTTP out: states, locations, conferences."""

from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.http import condition
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conference_go.if_match import etag, unchanged, with_etag
from events import actions, changes
from events.models import Conference, Location, State
from events.serializers import (
    ConferenceDetail,
    ConferenceFields,
    LocationDetail,
    LocationRow,
    conference_rows,
    with_weather,
)
from idempotency.keys import once_per_key


class StateList(APIView):
    """GET lists the states."""

    def get(self, _request: Request) -> Response:
        """By name: `[{"Alabama": "AL"}, …]`."""
        return Response([{name: letters} for name, letters in State.objects.values_list("name", "abbreviation")])


class LocationList(APIView):
    """GET lists the locations, POST adds one."""

    def get(self, _request: Request) -> Response:
        """By name."""
        return Response({"locations": LocationRow(Location.objects.all(), many=True).data})

    @once_per_key
    def post(self, request: Request) -> Response:
        """The new location, with a photo of its city if one was found."""
        location = LocationDetail(data=request.data)
        location.is_valid(raise_exception=True)
        return Response(LocationDetail(actions.add_location(**location.validated_data)).data, status=201)


class LocationPage(APIView):
    """GET shows, PUT changes, DELETE removes a location."""

    def get(self, _request: Request, pk: int) -> Response:
        """The location."""
        return with_etag(_shown_location(_locations(pk).get()))

    def put(self, request: Request, pk: int) -> Response:
        """The location as changed; what the body does not name stays."""
        with unchanged(request, _locations(pk), _shown_location) as location:
            changes = LocationDetail(location, data=request.data, partial=True)
            changes.is_valid(raise_exception=True)
            return with_etag(_shown_location(actions.change_location(pk, **changes.validated_data)))

    def delete(self, _request: Request, pk: int) -> Response:
        """As the course answers it; 409 while conferences take place there."""
        _locations(pk).get().delete()
        return Response({"deleted": True})


class ConferenceList(APIView):
    """GET lists the conferences, if that has another ETag than If-None-Match says; POST plans one."""

    # The ETag is asked for before the list: a change in between comes twice, never not at all.
    @method_decorator(condition(etag_func=lambda request: _remember(request, changes.etag())))
    def get(self, request: Request) -> HttpResponse:
        """By start, then name."""
        if request.accepted_renderer.format == "json" and changes.is_settled(request.etag):
            return HttpResponse(_all_as_json(request.etag), content_type="application/json")
        return Response({"conferences": conference_rows()})

    @once_per_key
    def post(self, request: Request) -> Response:
        """The new conference."""
        plan = ConferenceFields(data=request.data)
        plan.is_valid(raise_exception=True)
        return Response(ConferenceDetail(actions.save(Conference(**plan.validated_data))).data, status=201)


class ConferenceChanges(APIView):
    """GET says what changed `?after=` a cursor, deletions too; without one, everything from the start."""

    def get(self, request: Request) -> Response:
        """At most `?page_size=` changes, the cursor behind them, and whether there are more."""
        return Response(changes.page(request.query_params.dict()))


class ConferencePage(APIView):
    """GET shows a conference and its weather, PUT changes it, DELETE cancels it for good."""

    def get(self, _request: Request, pk: int) -> Response:
        """The conference, and the weather there."""
        conference = _conferences(pk).get()
        return Response(with_weather(conference), headers={"ETag": etag(_shown_conference(conference))})

    def put(self, request: Request, pk: int) -> Response:
        """The conference as changed; what the body does not name stays."""
        with unchanged(request, _conferences(pk), _shown_conference) as conference:
            changes = ConferenceFields(conference, data=request.data, partial=True)
            changes.is_valid(raise_exception=True)
            return with_etag(_shown_conference(actions.change(pk, **changes.validated_data)))

    def delete(self, _request: Request, pk: int) -> Response:
        """As the course answers it."""
        actions.delete(pk)
        return Response({"deleted": True})


def _remember(request: Request, etag: str) -> str:
    request.etag = etag
    return etag


@lru_cache(maxsize=1)
def _all_as_json(_etag: str) -> bytes:
    """The list is made once for each state that it is in: those who ask for all of it ask again and again."""
    return JSONRenderer().render({"conferences": conference_rows()})


def _conferences(pk: int) -> QuerySet[Conference]:
    return Conference.objects.select_related("location__state").filter(pk=pk)


def _shown_conference(conference: Conference) -> dict[str, Any]:
    return ConferenceDetail(conference).data


def _locations(pk: int) -> QuerySet[Location]:
    return Location.objects.select_related("state").filter(pk=pk)


def _shown_location(location: Location) -> dict[str, Any]:
    return LocationDetail(location).data
