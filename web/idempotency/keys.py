"""Idempotency-Key: a POST that is sent again, because its answer was lost, has no second effect.

The header is that of the IETF's draft-ietf-httpapi-idempotency-key-header.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from web.idempotency.models import KeptAnswer

HEADER = "Idempotency-Key"
LONGEST = 255  # characters of a key
KEPT_FOR = timedelta(hours=24)

Post = Callable[..., Response]


class RequestInProgress(Exception):
    """The first request with this Idempotency-Key is still running."""

    def __init__(self) -> None:
        super().__init__(f"The first request with this {HEADER} is still at work; try again shortly.")


class IdempotencyKeyReused(Exception):
    """The Idempotency-Key was sent with another body before."""

    def __init__(self) -> None:
        super().__init__(f"This {HEADER} was sent with another body before: take a new key for a new request.")


def once_per_key(post: Post) -> Post:
    """Let requests with the same Idempotency-Key, from the same account to the same path, have one effect together.

    The answer is kept in the transaction of the effect, for KEPT_FOR; the later ones are given it, with the header
    `Idempotency-Replayed: true`. What was refused is not kept. Raises RequestInProgress, IdempotencyKeyReused or
    ValidationError.
    """

    @wraps(post)
    def once(view: Any, request: Request, **where: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return post(view, request, **where)
        if not 0 < len(key) <= LONGEST:
            raise ValidationError(f"{HEADER}: send 1 to {LONGEST} characters.")
        fingerprint = _digest(request.body)
        with transaction.atomic():
            digest = _digest(f"{request.user.pk} {request.path} {key}".encode())
            _take(digest)
            kept = KeptAnswer.objects.filter(pk=digest, kept_at__gt=timezone.now() - KEPT_FOR).first()
            if kept is None:
                return _keep(digest, fingerprint, post(view, request, **where))
        if kept.fingerprint != fingerprint:
            raise IdempotencyKeyReused
        return Response(json.loads(bytes(kept.body)), kept.status, headers={"Idempotency-Replayed": "true"})

    return once


def _keep(digest: str, fingerprint: str, answer: Response) -> Response:
    if answer.status_code < 300:
        KeptAnswer.objects.filter(kept_at__lte=timezone.now() - KEPT_FOR).delete()
        body = JSONRenderer().render(answer.data)
        KeptAnswer.objects.create(pk=digest, fingerprint=fingerprint, status=answer.status_code, body=body)
    return answer


def _take(digest: str) -> None:
    """Hold the key until the transaction ends. A lock and no row: it keeps no feed of changes waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int(digest[:15], 16)])
        (taken,) = cursor.fetchone()
    if not taken:
        raise RequestInProgress


def _digest(value: bytes) -> str:
    return salted_hmac("idempotency", value, algorithm="sha256").hexdigest()
