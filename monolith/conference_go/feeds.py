"""HTTP in, HTTP out: the feeds of changes."""

from collections.abc import Callable
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from conference_go import epochs
from conference_go.changes import StaleCursor
from web.service_token import SERVICE


def answered(page: Callable[[dict[str, Any], int], dict[str, Any]], request: Request) -> Response:
    """The page that is asked for, and the epoch that it tells of.

    A service of ours that was further on already has proof that this database was restored: a new epoch begins.
    Anybody else could have made the cursor up. Raises StaleCursor, or ValidationError.
    """
    epoch = epochs.current()
    try:
        feed = page(request.query_params.dict(), epoch)
    except StaleCursor as stale:
        if stale.beyond is not None and stale.beyond <= epochs.MOST and request.auth == SERVICE:
            epochs.begin(epoch, beyond=stale.beyond)
        raise
    return Response(feed, headers={epochs.HEADER: str(epoch)})
