"""Whether we are well."""

from django.db import Error, connection
from drf_spectacular.utils import extend_schema_view
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from web.errors import RETRY_AFTER
from web.openapi import says, shaped

STATUS = shaped("Health", status=serializers.CharField())


@extend_schema_view(get=says("show_health", "Health", STATUS, others={503: STATUS}))
class Health(APIView):
    """Whether this service can work. RabbitMQ does not count: without it the web goes on, and messages wait."""

    permission_classes = [AllowAny]
    authentication_classes = ()

    def get(self, _request: Request) -> Response:
        """200 when the database answers and takes writes, 503 otherwise."""
        trouble = trouble_of_the_database()
        if trouble is None:
            return Response({"status": "ok"})
        return Response({"status": trouble}, status=503, headers={"Retry-After": str(RETRY_AFTER)})


def trouble_of_the_database() -> str | None:
    """What keeps it from working, now; None when nothing does."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            (read_only,) = cursor.fetchone()
    except Error:
        return "the database is away"
    return "the database can only be read" if read_only == "on" else None


def database_answers() -> bool:
    """Whether it does, now."""
    return trouble_of_the_database() != "the database is away"
