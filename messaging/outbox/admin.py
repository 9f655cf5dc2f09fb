from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from messaging.outbox.models import OutboxMessage


@admin.register(OutboxMessage)
class OutboxMessageAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("id", "type", "subject", "created_at", "sent_at", "attempts", "last_error")
    list_filter = ("type", ("sent_at", admin.EmptyFieldListFilter))
    search_fields = ("subject", "message_id")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
