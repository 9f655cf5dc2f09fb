"""HTTP in, HTTP out: the bill."""

from datetime import datetime
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bill import schema
from bill.meter import write_down
from bill.models import Charge, Purpose

FIGURES = ("requests", "bytes", "queries", "cpu_ms")
NOTHING = dict.fromkeys(FIGURES, 0)


@schema.bill
class Bill(APIView):
    """GET says what polls and publishing took, minute by minute, the latest first."""

    figures = "bill/figures.html"

    def get(self, request: Request) -> Response:
        """The last `?minutes=` in which anything was charged, of all processes; at most a second late."""
        question = schema.Question(data=request.query_params.dict())
        question.is_valid(raise_exception=True)
        write_down()
        wanted = question.validated_data["minutes"]
        minutes: dict[datetime, dict[str, Any]] = {}
        for row in Charge.objects.order_by("-minute")[: wanted * len(Purpose)].values():
            charges = minutes.setdefault(row["minute"], dict.fromkeys(Purpose.values, NOTHING))
            charges[row["purpose"]] = {name: round(row[name], 3) for name in FIGURES}
        return Response({"minutes": [{"minute": minute, **charges} for minute, charges in minutes.items()][:wanted]})
