from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from presentations import actions
from presentations.models import PRESENTER, Presentation
from presentations.refusals import AlreadyDecided


@admin.register(Presentation)
class PresentationAdmin(admin.ModelAdmin):
    """Decisions go the same way as through the API."""

    list_display = ("title", "presenter_name", "conference", "status", "created", "notified")
    list_filter = ("status", "conference", "created")
    search_fields = ("title", "presenter_name", "presenter_email")
    list_select_related = ("conference",)
    actions = ("approve", "reject")

    def get_readonly_fields(self, _request: HttpRequest, obj: Presentation | None = None) -> tuple[str, ...]:
        """The status is decided, never written; who got the letter stays on record."""
        return ("status", "notified", *PRESENTER) if obj and obj.is_decided else ("status",)

    @admin.action(description="Approve, and write to the presenters", permissions=["change"])
    def approve(self, request: HttpRequest, chosen: QuerySet[Presentation]) -> None:
        """See actions.approve."""
        self._decide(request, chosen, actions.approve)

    @admin.action(description="Reject, and write to the presenters", permissions=["change"])
    def reject(self, request: HttpRequest, chosen: QuerySet[Presentation]) -> None:
        """See actions.reject."""
        self._decide(request, chosen, actions.reject)

    def _decide(
        self, request: HttpRequest, chosen: QuerySet[Presentation], decide: Callable[[int], Presentation]
    ) -> None:
        for presentation in chosen:
            try:
                done = decide(presentation.pk)
            except AlreadyDecided as refusal:
                self.message_user(request, f"{presentation}: {refusal}", messages.WARNING)
            else:
                self.message_user(request, f"{presentation} is {done.status}; its presenter is written to.")
