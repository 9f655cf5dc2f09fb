"""Where a message is, as far as the monolith knows: for our own services, and organisers."""

from typing import Any

from django.conf import settings
from django.http import QueryDict
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Account
from conference_go.permissions import IsOrganiser
from events.models import Conference
from messaging.whereabouts import Question, of_outbox, read_question, receipts
from messaging.whereabouts.totals import received, stored
from presentations.models import Presentation
from web.service_token import SERVICE


class IsServiceOrOrganiser(IsOrganiser):
    """Our own services, and staff: what is told has e-mail addresses in it."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises NotAuthenticated with words for whoever is not logged in."""
        return request.auth == SERVICE or super().has_permission(request, view)


@extend_schema(exclude=True)
class Whereabouts(APIView):
    """GET says what is known of `?message=ID`, or of `?subject=presentation/7`, conference/3 or account/e-mail;
    how many messages there were since `?since=ID`."""

    permission_classes = [IsServiceOrOrganiser]

    def get(self, request: Request) -> Response:
        """Its outbox rows, its receipts, the relay, and what the subject is now."""
        asked = _question(request.query_params)
        return Response(
            {
                "service": settings.SERVICE_NAME,
                "notify_timeout": settings.NOTIFY_TIMEOUT,
                "receipts": receipts(asked.message_ids),
                "subjects": {subject: _now(subject) for subject in asked.subjects},
                **of_outbox(asked.message_ids, asked.subjects),
                **({"stored": stored(asked.since), "received": received(asked.since)} if asked.since else {}),
            }
        )


def _question(params: QueryDict) -> Question:
    try:
        return read_question(dict(params.lists()))
    except ValueError as error:
        raise ValidationError({"message": [str(error)]}) from error


def _now(subject: str) -> dict[str, Any] | None:
    """The original, as far as it matters to a message; None where there is no such."""
    noun, _, key = subject.partition("/")
    if noun == "account":
        return Account.objects.filter(email__iexact=key).values("email", "revision", "updated").first()
    kept = {
        "presentation": (Presentation, ("title", "status", "notified", "presenter_email")),
        "conference": (Conference, ("name", "revision", "updated")),
    }.get(noun)
    if kept is None or not (key.isascii() and key.isdecimal() and len(key) < 19):
        return None
    model, fields = kept
    return model.objects.filter(pk=int(key)).values(*fields).first()
