"""What is wrong with a request before Django can make one of it."""

import codecs
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http.multipartparser import MultiPartParserError
from django.utils.http import parse_header_parameters

from web.errors import json_error
from web.server import Application, Environ

CHARSETS = {"utf-8", "utf-8-sig", "ascii", "iso8859-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"}

# Django's page of an error reads the body again while DEBUG is on, and fails of it once more.
UNREADABLE = (UnicodeError, SuspiciousOperation, BadRequest, MultiPartParserError)


def readable(application: Application) -> Application:
    """The WSGI application, asked only what it can read: Django would look a charset up among all of Python's codecs,
    rot13 and punycode with them, and fail where nobody answers for it any more."""

    def checked(environ: Environ, start_response: Any) -> Iterable[bytes]:
        charset = _charset(environ.get("CONTENT_TYPE", ""))
        if charset and _canonical(charset) not in CHARSETS:
            refusal = json_error(415, f"The charset {charset[:40]!a} is not read; send UTF-8.", "charset")
        else:
            try:
                return application(environ, start_response)
            except UNREADABLE as reason:
                message = f"The request could not be read ({type(reason).__name__})."
                refusal = json_error(400, message, "bad_request")
        start_response(f"{refusal.status_code} {refusal.reason_phrase}", list(refusal.items()))
        return [refusal.content]

    return checked


def _charset(content_type: str) -> str:
    try:
        return parse_header_parameters(content_type)[1].get("charset", "")
    except ValueError:
        return ""


def _canonical(charset: str) -> str:
    try:
        return codecs.lookup(charset).name
    except (LookupError, ValueError):
        return ""
