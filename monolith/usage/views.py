"""HTTP in, HTTP out: what polls and publishing use."""

from datetime import datetime
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from usage import schema
from usage.meter import flush
from usage.models import Purpose, UsageSample

FIGURES = ("requests", "bytes", "queries", "cpu_ms")
NOTHING = dict.fromkeys(FIGURES, 0)


@schema.usage
class Usage(APIView):
    """GET says what polls and publishing took, minute by minute, the latest first."""

    figures = "usage/figures.html"

    def get(self, request: Request) -> Response:
        """The last `?minutes=` in which anything was counted, of all processes; at most a second late."""
        question = schema.Question(data=request.query_params.dict())
        question.is_valid(raise_exception=True)
        flush()
        wanted = question.validated_data["minutes"]
        minutes: dict[datetime, dict[str, Any]] = {}
        for row in UsageSample.objects.order_by("-minute")[: wanted * len(Purpose)].values():
            used = minutes.setdefault(row["minute"], dict.fromkeys(Purpose.values, NOTHING))
            used[row["purpose"]] = {name: round(row[name], 3) for name in FIGURES}
        return Response({"minutes": [{"minute": minute, **used} for minute, used in minutes.items()][:wanted]})
