"""What the API's schema says: each operation by a line of its own, and all that is true of many by itself.

A view's schema stands beside it, in its app's schema.py; descriptions are the docstrings of views.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from drf_spectacular.authentication import BasicScheme, SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_serializer,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.authentication import BasicAuthentication
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from web.lists import ListView
from web.service_token import SERVICE

HEADER = OpenApiParameter.HEADER
IF_MATCH = OpenApiParameter(
    "If-Match", str, HEADER, description="The ETag of what the change was made from; 412 when that is there no longer."
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255},
    HEADER,
    description="The same key again within 24 hours: the same answer, and nothing happens twice.",
)
REPLAYED = OpenApiParameter(
    "Idempotency-Replayed", str, HEADER, response=[200, 201], description="`true` when it is the answer of before."
)
ETAG = OpenApiParameter("ETag", str, HEADER, response=[200], description="Names this state; for If-Match.")
EPOCH_NUMBER = {"type": "string", "pattern": "^[0-8]?[0-9]{1,15}$"}
EPOCH = OpenApiParameter(
    "Epoch",
    EPOCH_NUMBER,
    HEADER,
    response=[200],
    description="Of which history of the database this tells: after a restore of a later one, which counts instead.",
)
EPOCH_OF_COPIES = OpenApiParameter("Epoch", EPOCH_NUMBER, HEADER, description="That of the answer which is handed on.")


class Error(serializers.Serializer):
    """Why it was refused."""

    message = serializers.CharField(help_text="In words that a person understands; names fields and the remedy.")
    code = serializers.CharField(help_text="For programs: stays the same when the words change.")
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), help_text="What is wrong, by field; for forms."
    )


REFUSALS = {
    400: ("The request cannot be understood, or a field is wrong", "required", "name: This field is required."),
    401: ("Nobody is logged in, or the log-in is wrong", "not_authenticated", "Organiser access required."),
    403: ("Whoever is logged in may not do this", "permission_denied", "You do not have permission."),
    404: ("There is no such thing", "not_found", "There is no such conference."),
    406: ("The Accept header asks for what we do not have", "not_acceptable", "Could not satisfy the Accept header."),
    409: ("It does not fit what is there", "conflict", "It does not fit what is there: look again."),
    410: ("The cursor is of another database", "stale_cursor", "Begin again without `after`."),
    412: ("Somebody changed it since it was read", "changed_meanwhile", "Somebody changed this since you read it."),
    413: ("The body is too large", "too_large", "The body has 2000000 bytes; at most 1048576 are read."),
    415: ("The body is no JSON", "unsupported_media_type", 'Unsupported media type "text/plain" in request.'),
    422: ("The Idempotency-Key came with another body before", "key_of_another", "Take a new key for a new request."),
    429: ("Too often; Retry-After says when to come again", "throttled", "Too many requests; wait 30 seconds."),
    503: (
        "Something it needs is away; Retry-After says when to come again",
        "database_away",
        "Try again shortly.",
    ),
}


def says(
    operation_id: str,
    tag: str,
    answer: Any,
    *,
    status: int = 200,
    body: Any = None,
    example: Mapping[str, Any] | None = None,
    refuses: tuple[int, ...] = (),
    others: Mapping[int, Any] | None = None,
    more: tuple[Any, ...] = (),
    log_in: list[dict[str, list[str]]] | None = None,
) -> Any:
    """What an operation says. `refuses` are statuses beyond those that Schema knows, `others` further answers,
    `more` its parameters, `log_in` the ways to log in where its view's permissions do not tell."""
    responses: dict[int, Any] = {status: answer if answer else OpenApiResponse(description="Done; there is no body")}
    responses |= {refusal: _refusal(refusal) for refusal in refuses} | dict(others or {})
    return extend_schema(
        operation_id=operation_id,
        summary=operation_id.replace("_", " ").capitalize(),
        tags=[tag],
        request=body,
        responses=responses,
        parameters=[*more],
        auth=log_in,
        examples=[OpenApiExample("Example", value=dict(example), request_only=True)] if example else None,
    )


def listed(key: str, row: type[serializers.BaseSerializer]) -> serializers.Serializer:
    """A list under its key, and what a page of it has besides."""
    page = {
        "count": serializers.IntegerField(required=False, help_text="Rows on all pages; on a page only."),
        "next": serializers.URLField(required=False, allow_null=True, help_text="The next page; on a page only."),
        "previous": serializers.URLField(required=False, allow_null=True, help_text="The one before; on a page only."),
    }
    answer = inline_serializer(f"{row.__name__}s", {key: row(many=True), **page})
    return extend_schema_serializer(many=False)(type(answer))()


def shaped(name: str, **fields: serializers.Field) -> serializers.Serializer:
    """An answer that has no serializer of its own."""
    return extend_schema_serializer(many=False)(type(inline_serializer(name, fields)))()


DELETED = shaped("Deleted", deleted=serializers.BooleanField())  # how the course answers a DELETE


class Schema(AutoSchema):
    """Adds to each operation how it can be refused, and who may ask."""

    def map_parsers(self) -> list[str]:
        """The types of bodies that are promised; JSON that does not say so is read as well, as a favour."""
        return [media_type for media_type in super().map_parsers() if media_type != "*/*"]

    def get_auth(self) -> list[dict[str, Any]]:
        """The ways to log in that lead anywhere; none where none is needed, so that pages show no padlock there."""
        if self._lets(None):
            return []
        return [way for way in super().get_auth() if way and (way != {"serviceAuth": []} or self._lets(SERVICE))]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        for status in self._refusals():
            if str(status) not in bodies:
                bodies[str(status)] = self._get_response_for_code(_refusal(status), str(status), None, direction)
        for body in bodies.values():
            body["description"] = body["description"] or self.get_description()
        for status in ("429", "503"):
            if status in bodies:
                after = {"schema": {"type": "integer"}, "description": "Seconds"}
                bodies[status]["headers"] = {"Retry-After": after}
        return dict(sorted(bodies.items()))

    def _is_list_view(self, serializer: Any = None) -> bool:
        return isinstance(self.view, ListView) and self.method == "GET"

    def _refusals(self) -> list[int]:
        writes, anyone = self.method not in SAFE_METHODS, self._lets(None)
        takes_body = self.get_request_serializer() is not None
        has_question = any(parameter["in"] in ("query", "header") for parameter in self._get_parameters())
        found = {
            400: takes_body or has_question,
            401: bool(self.view.get_authenticators()),
            403: bool(self.view.get_authenticators()) and (writes or not anyone),
            404: "{" in self.path or self._is_list_view(),
            406: True,
            413: writes,
            415: takes_body,
            429: self._logs_in() or (writes and bool(self.view.get_throttles())),
            503: True,
        }
        return [status for status, happens in found.items() if happens]

    def _logs_in(self) -> bool:
        return any(isinstance(way, BasicAuthentication) for way in self.view.get_authenticators())

    def _lets(self, auth: str | None) -> bool:
        """Whether the view's permissions let somebody through who is not logged in."""
        http = HttpRequest()
        http.method = self.method
        request = Request(http)
        request.user, request.auth = AnonymousUser(), auth
        try:
            return all(permission.has_permission(request, self.view) for permission in self.view.get_permissions())
        except APIException:
            return False


class BasicLogInScheme(BasicScheme):
    """Whoever checks Basic, it is Basic."""

    match_subclasses = True
    priority = 0


class PageSessionScheme(SessionScheme):
    """A session, with a word of ours for pages of the course."""

    match_subclasses = True
    priority = 0


class ServiceTokenScheme(OpenApiAuthenticationExtension):
    """How our services know each other."""

    target_class = "web.service_token.ServiceTokenAuthentication"
    name = "serviceAuth"

    def get_security_definition(self, _auto_schema: AutoSchema) -> dict[str, str]:
        """A header."""
        words = "`Service ` and the SERVICE_TOKEN: for our own services."
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": words}


def write_refusals_once(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The schema with each kind of refusal in one place, of which operations speak by name."""
    shared = result["components"].setdefault("responses", {})
    for operation in (operation for path in result["paths"].values() for operation in path.values()):
        for status, body in operation["responses"].items():
            if int(status) in REFUSALS and body["description"] == REFUSALS[int(status)][0]:
                shared[f"Refusal{status}"] = body
                operation["responses"][status] = {"$ref": f"#/components/responses/Refusal{status}"}
    result["components"]["responses"] = dict(sorted(shared.items()))
    return result


def _refusal(status: int) -> OpenApiResponse:
    description, code, message = REFUSALS[status]
    fields = {"name": ["This field is required."]} if status == 400 else {}
    example = OpenApiExample("Example", value={"message": message, "code": code, "errors": fields})
    return OpenApiResponse(Error, description, [example])
