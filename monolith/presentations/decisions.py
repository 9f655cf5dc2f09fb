"""HTTP in, HTTP out: what organisers decide about presentations."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from conference_go.permissions import IsOrganiser
from presentations import actions, schema
from presentations.serializers import PresentationDetail


@schema.approval
class Approval(APIView):
    """PUT accepts the presentation; the presenter is written to in the background."""

    permission_classes = [IsOrganiser]

    def put(self, _request: Request, pk: int) -> Response:
        """The presentation as it is now; again, and nothing more happens."""
        return Response(PresentationDetail(actions.approve(pk)).data)


@schema.rejection
class Rejection(APIView):
    """PUT turns the presentation down; the presenter is written to in the background."""

    permission_classes = [IsOrganiser]

    def put(self, _request: Request, pk: int) -> Response:
        """The presentation as it is now; again, and nothing more happens."""
        return Response(PresentationDetail(actions.reject(pk)).data)
