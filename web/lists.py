"""Lists: all of it when nothing is asked for, as programs of the course expect; a page, or what matches, when it is."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers
from rest_framework.filters import SearchFilter
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

LONGEST_SEARCH = 100  # characters, so at most 50 words
LARGEST = 1000  # rows on a page


class PageQuestion(serializers.Serializer):
    """Which page is asked for, and how long one is."""

    page = serializers.IntegerField(min_value=1, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=LARGEST, default=100)


class Pages(PageNumberPagination):
    """`?page_size=` and `?page=` give a page, with `count`, `next` and `previous` behind the list's own key."""

    page_size_query_param = "page_size"
    max_page_size = LARGEST

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: Any = None) -> list[Any] | None:
        """The page; None when none is asked for. Raises ValidationError, NotFound."""
        asked = {name: request.query_params[name] for name in PageQuestion().fields if name in request.query_params}
        if not asked:
            return None
        PageQuestion(data=asked).is_valid(raise_exception=True)
        return super().paginate_queryset(queryset, request, view)

    def get_page_size(self, request: Request) -> int:
        """Page size, already validated."""
        return int(request.query_params.get("page_size", 100))

    def get_paginated_response(self, data: dict[str, Any]) -> Response:
        """The rows first, under the key that a list without pages has as well."""
        links = {"next": self.get_next_link(), "previous": self.get_previous_link()}
        return Response({**data, "count": self.page.paginator.count, **links})

    def get_results(self, data: dict[str, Any]) -> Any:
        """The rows in an answer; the browsable API asks."""
        return next(iter(data.values()))

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """What the schema says of the question."""
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST}
        return [
            _parameter("page", {"type": "integer", "minimum": 1}, "Which page; 404 behind the last one."),
            _parameter("page_size", size, "How many rows a page has, 100 by default. Without both: all rows."),
        ]


class Search(SearchFilter):
    """Words of which a row has all. How long it may be, `web.middleware.refuse_long_queries` sees to."""

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """What the schema says of it."""
        limit = {"type": "string", "maxLength": LONGEST_SEARCH}
        return [each | {"schema": limit} for each in super().get_schema_operation_parameters(view)]


class ListView(GenericAPIView):
    """A list under the `key` that the course gave it."""

    key: ClassVar[str]
    pagination_class = Pages
    filter_backends = [DjangoFilterBackend, Search]

    def rows(self, found: Iterable[Any]) -> list[dict[str, Any]]:
        """How the found ones are shown."""
        raise NotImplementedError

    def listed(self) -> Response:
        """What was asked for, of the queryset."""
        found = self.get_queryset()
        if self.request.query_params:  # a poll asks for everything, and need not wait for filters to be built
            found = self.filter_queryset(found)
            page = self.paginate_queryset(found)
            if page is not None:
                return self.get_paginated_response({self.key: self.rows(page)})
        return Response({self.key: self.rows(found)})


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
