"""If-Match: a change is refused when what it was made from is no longer what is there (RFC 9110, section 13.1.1)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.http import parse_etags, quote_etag
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response


class ChangedMeanwhile(Exception):
    """Somebody else changed it since it was read."""

    def __init__(self) -> None:
        super().__init__("Somebody changed this since you read it: read it again, then send your change.")


def etag(shown: Mapping[str, Any]) -> str:
    """The ETag of something as it is shown."""
    return quote_etag(sha256(JSONRenderer().render(shown)).hexdigest()[:32])


def with_etag(shown: Mapping[str, Any]) -> Response:
    """The answer that shows it."""
    return Response(dict(shown), headers={"ETag": etag(shown)})


@contextmanager
def unchanged(request: Request, rows: QuerySet, shown: Callable[[Any], Mapping[str, Any]]) -> Iterator[Any]:
    """The one of `rows`, to be changed. With If-Match only if it is shown as it was then, and nobody else changes
    it before the block ends. Raises ChangedMeanwhile, DoesNotExist."""
    expected = request.headers.get("If-Match")
    if expected is None:
        yield rows.get()
        return
    with transaction.atomic():
        row = rows.select_for_update(of=["self"]).get()
        if expected.strip() != "*" and etag(shown(row)) not in parse_etags(expected):
            raise ChangedMeanwhile
        yield row
