"""HTTP in, HTTP out: what organisers decide about presentations."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conference_go.permissions import IsOrganiser
from presentations import actions, schema
from presentations.serializers import PresentationDetail
from web.shown import shown


@schema.approval
class Approval(APIView):
    """PUT accepts the presentation; the presenter is written to in the background."""

    permission_classes = [IsOrganiser]

    def put(self, _request: Request, pk: int) -> Response:
        """The presentation as it is now; again, and nothing more happens."""
        return Response(shown(PresentationDetail, actions.approve(pk)))


@schema.rejection
class Rejection(APIView):
    """PUT turns the presentation down; the presenter is written to in the background."""

    permission_classes = [IsOrganiser]

    def put(self, _request: Request, pk: int) -> Response:
        """The presentation as it is now; again, and nothing more happens."""
        return Response(shown(PresentationDetail, actions.reject(pk)))
