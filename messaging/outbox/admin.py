from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from messaging.outbox.models import OutboxMessage

SHOWN = 40  # characters of a body or an error in the list; all of it is on the row's own page
MOMENT = "%Y-%m-%d %H:%M:%S"


@admin.register(OutboxMessage)
class OutboxMessageAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """To be looked at. Moments with seconds: messages are quicker than minutes."""

    list_display = ("id", "type", "subject", "created", "sent", "attempts", "error", "text")
    search_fields = ("type", "subject", "message_id")  # no filters: beside them the table is cut off at 1280 pixels
    fields = (
        "message_id", "type", "subject", "exchange", "routing_key", "whole_text", "headers", "created", "sent",
        "attempts", "next_try", "last_error", "resent",
    )  # fmt: skip

    @admin.display(description="body")
    def text(self, row: OutboxMessage) -> str:
        """The beginning of the body."""
        return _short(self.whole_text(row))

    @admin.display(description="body")
    def whole_text(self, row: OutboxMessage) -> str:
        """The body, which is JSON."""
        return bytes(row.body).decode(errors="replace")

    @admin.display(description="last error")
    def error(self, row: OutboxMessage) -> str:
        """The beginning of it."""
        return _short(row.last_error)

    @admin.display(description="created at", ordering="created_at")
    def created(self, row: OutboxMessage) -> str:
        """When it was stored, in UTC."""
        return row.created_at.strftime(MOMENT)

    @admin.display(description="sent at", ordering="sent_at", empty_value="not yet")
    def sent(self, row: OutboxMessage) -> str | None:
        """When RabbitMQ confirmed it, in UTC."""
        return row.sent_at.strftime(MOMENT) if row.sent_at else None

    @admin.display(description="next try")
    def next_try(self, row: OutboxMessage) -> str:
        """When the relay may send it, in UTC."""
        return row.next_try_at.strftime(MOMENT)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
