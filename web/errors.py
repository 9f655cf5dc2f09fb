"""What an API answers when it refuses: one shape for all errors.

{"message": "words that name the field and the remedy", "code": "...", "errors": {"field": ["..."]}}
"""

from typing import Any, ClassVar, NamedTuple

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ErrorResponse
from rest_framework.exceptions import APIException

from web.idempotency.keys import IdempotencyKeyReused, RequestInProgress
from web.if_match import ChangedMeanwhile
from web.throttling.log_ins import TooManyLogIns


class Answer(NamedTuple):
    """How a refusal is told: HTTP status, machine code, and the field that is to blame, if any."""

    status: int
    code: str
    field: str | None = None


ANSWERS: dict[type[Exception], Answer] = {
    ChangedMeanwhile: Answer(412, "changed_meanwhile"),
    RequestInProgress: Answer(409, "still_at_work"),
    IdempotencyKeyReused: Answer(422, "key_of_another"),
    TooManyLogIns: Answer(429, "too_many_log_ins"),
    ObjectDoesNotExist: Answer(404, "not_found"),
    OperationalError: Answer(503, "database_away"),
    InterfaceError: Answer(503, "database_away"),
    DataError: Answer(400, "out_of_range"),
    OverflowError: Answer(400, "out_of_range"),
    RequestDataTooBig: Answer(413, "too_large"),
    SuspiciousOperation: Answer(400, "bad_request"),
}
RETRY_AFTER = 5  # seconds, said with every 503
OUT_OF_RANGE = "A number, a date or a text in the request is beyond what can be stored or looked for."
AWAY = "The database is away; try again shortly."
READ_ONLY = Answer(503, "database_read_only")
CANNOT_WRITE = "The database can only be read at the moment; try again shortly."


class ApiError(APIException):
    """An exception of ANSWERS as an error that Django REST framework renders: status, code and message."""

    def __init__(self, answer: Answer, message: str, wait: int | None = None) -> None:
        super().__init__({answer.field: [message]} if answer.field else message, answer.code)
        self.status_code = answer.status
        self.wait = RETRY_AFTER if answer.status == 503 else wait


class Refusals(ExceptionHandler):
    """Turns what a service raises into what its API answers. A service adds its own refusals to `answers`."""

    answers: ClassVar[dict[type[Exception], Answer]] = ANSWERS

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        """The ApiError for an exception of the table; any other as it is."""
        if is_read_only(exc):
            return ApiError(READ_ONLY, CANNOT_WRITE)
        for kind, answer in self.answers.items():
            if isinstance(exc, kind):
                return ApiError(answer, self.in_words(exc, answer), getattr(exc, "wait", None))
        return super().convert_known_exceptions(exc)

    def in_words(self, exc: Exception, answer: Answer) -> str:
        """What a person is told."""
        if answer.status == 503:
            return AWAY
        if answer.code == "out_of_range":
            return OUT_OF_RANGE
        if isinstance(exc, ObjectDoesNotExist):
            return f"There is no such {type(exc).__qualname__.split('.')[0].removesuffix('VO').lower()}."
        return str(exc)


def is_read_only(error: Exception) -> bool:
    """Whether the database refused a write because it takes none, as after a failover or while its disk is full."""
    return getattr(error.__cause__, "pgcode", None) == "25006"


class MessageFirst(ExceptionFormatter):
    """The one shape of an error."""

    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        """`message` says it all in words; `errors` repeats it by field, for forms."""
        fields: dict[str, list[str]] = {}
        for error in error_response.errors:
            if error.attr:
                fields.setdefault(error.attr, []).append(error.detail)
        words = [f"{error.attr}: {error.detail}" if error.attr else error.detail for error in error_response.errors]
        codes = [error.code for error in error_response.errors]
        return {"message": " ".join(words), "code": codes[0] if codes else "error", "errors": fields}


def json_error(status: int, message: str, code: str, wait: int | None = None, field: str | None = None) -> JsonResponse:
    """An error of the one shape, where no API view is at hand."""
    headers = {"Retry-After": str(wait)} if wait else None
    errors = {field: [message.removeprefix(f"{field}: ")]} if field else {}
    return JsonResponse({"message": message, "code": code, "errors": errors}, status=status, headers=headers)


@csrf_exempt
def no_course_log_in(_request: HttpRequest) -> HttpResponse:
    """404 for the log-in of course programs, whose token in a cookie any page could use."""
    message = (
        "There is no /login/ here. With COGO_COURSE=1 no log-in is needed; otherwise POST username and password to "
        "/api/token/ and send the answer as `Authorization: Token …`."
    )
    return json_error(404, message, "not_found")


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for a request that Django itself refused."""
    return json_error(400, f"The request could not be read ({type(exception).__name__}).", "bad_request")


def our_fault(_request: HttpRequest) -> HttpResponse:
    """500 for what nobody foresaw."""
    return json_error(500, "Something failed here that should not; the log says what.", "error")
