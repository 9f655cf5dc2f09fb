"""Limits what anybody may write without a log-in."""

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from web.client import address
from web.throttling import attempts


class OpenWrites(BaseThrottle):
    """So many POSTs in a minute from one address. Whoever is logged in, and our own services, are not counted."""

    def allow_request(self, request: Request, _view: APIView) -> bool:
        """Whether it is not one too many. With COGO_OPEN_API=1 nothing is."""
        if request.method != "POST" or request.user.is_authenticated or request.auth or settings.COGO_OPEN_API:
            return True
        return attempts.count("write", address(request)) <= settings.OPEN_WRITES_PER_MINUTE

    def wait(self) -> int:
        """Seconds until the next may come."""
        return attempts.seconds_left()
