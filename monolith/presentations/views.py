"""HTTP in, HTTP out: presentations."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conference_go.permissions import IsOrganiserOrPosts
from events.models import Conference
from presentations import offers
from presentations.models import Presentation
from presentations.serializers import PresentationDetail, PresentationRow


class PresentationsOfConference(APIView):
    """GET lists what was offered to a conference, POST offers one more."""

    permission_classes = [IsOrganiserOrPosts]

    def get(self, _request: Request, conference_id: int) -> Response:
        """By title."""
        conference = Conference.objects.get(pk=conference_id)
        return Response({"presentations": PresentationRow(conference.presentations.all(), many=True).data})

    def post(self, request: Request, conference_id: int) -> Response:
        """The presentation as offered: SUBMITTED."""
        conference = Conference.objects.get(pk=conference_id)
        offer = PresentationDetail(data=request.data)
        offer.is_valid(raise_exception=True)
        offer.save(conference=conference)
        return Response(offer.data, status=201)


class PresentationPage(APIView):
    """GET shows, PUT changes what was offered (never the status; the presenter until it is decided), DELETE removes."""

    def get(self, _request: Request, pk: int) -> Response:
        """The presentation."""
        return Response(PresentationDetail(_presentation(pk)).data)

    def put(self, request: Request, pk: int) -> Response:
        """The presentation as changed; what the body does not name stays."""
        changes = PresentationDetail(_presentation(pk), data=request.data, partial=True)
        changes.is_valid(raise_exception=True)
        return Response(PresentationDetail(offers.change(pk, **changes.validated_data)).data)

    def delete(self, _request: Request, pk: int) -> Response:
        """As the course answers it."""
        _presentation(pk).delete()
        return Response({"deleted": True})


def _presentation(pk: int) -> Presentation:
    return Presentation.objects.select_related("conference").get(pk=pk)
