"""HTTP in, HTTP out: states, locations, conferences."""

from django.utils.decorators import method_decorator
from django.views.decorators.http import condition
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

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

    def post(self, request: Request) -> Response:
        """The new location, with a photo of its city if one was found."""
        location = LocationDetail(data=request.data)
        location.is_valid(raise_exception=True)
        return Response(LocationDetail(actions.add_location(**location.validated_data)).data, status=201)


class LocationPage(APIView):
    """GET shows, PUT changes, DELETE removes a location."""

    def get(self, _request: Request, pk: int) -> Response:
        """The location."""
        return Response(LocationDetail(_location(pk)).data)

    def put(self, request: Request, pk: int) -> Response:
        """The location as changed; what the body does not name stays."""
        changes = LocationDetail(_location(pk), data=request.data, partial=True)
        changes.is_valid(raise_exception=True)
        return Response(LocationDetail(actions.change_location(pk, **changes.validated_data)).data)

    def delete(self, _request: Request, pk: int) -> Response:
        """As the course answers it; 409 while conferences take place there."""
        _location(pk).delete()
        return Response({"deleted": True})


class ConferenceList(APIView):
    """GET lists the conferences, if that has another ETag than If-None-Match says; POST plans one."""

    # The ETag is asked for before the list: a change in between comes twice, never not at all.
    @method_decorator(condition(etag_func=lambda _request: changes.etag()))
    def get(self, _request: Request) -> Response:
        """By start, then name."""
        return Response({"conferences": conference_rows()})

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
        return Response(with_weather(_conference(pk)))

    def put(self, request: Request, pk: int) -> Response:
        """The conference as changed; what the body does not name stays."""
        changes = ConferenceFields(_conference(pk), data=request.data, partial=True)
        changes.is_valid(raise_exception=True)
        return Response(ConferenceDetail(actions.change(pk, **changes.validated_data)).data)

    def delete(self, _request: Request, pk: int) -> Response:
        """As the course answers it."""
        actions.delete(pk)
        return Response({"deleted": True})


def _conference(pk: int) -> Conference:
    return Conference.objects.select_related("location__state").get(pk=pk)


def _location(pk: int) -> Location:
    return Location.objects.select_related("state").get(pk=pk)
