"""HTTP in, HTTP out: what organisers decide about presentations."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conference_go.permissions import IsOrganiser
from presentations import actions, schema
from presentations.serializers import PresentationDetail
from web.serialization import serialize


@schema.approval
class Approval(APIView):
    """PUT accepts the presentation; the presenter is written to in the background."""

    permission_classes = [IsOrganiser]

    def put(self, _request: Request, pk: int) -> Response:
        """Approve the presentation and publish `presentation.approved`. Repeating it is harmless."""
        return Response(serialize(PresentationDetail, actions.approve(pk)))


@schema.rejection
class Rejection(APIView):
    """PUT turns the presentation down; the presenter is written to in the background."""

    permission_classes = [IsOrganiser]

    def put(self, _request: Request, pk: int) -> Response:
        """Reject the presentation and publish `presentation.rejected`. Repeating it is harmless."""
        return Response(serialize(PresentationDetail, actions.reject(pk)))
