from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from presentations import actions
from presentations.models import PRESENTER, Presentation
from presentations.overdue import overdue
from presentations.refusals import AlreadyDecided


class LetterFilter(admin.SimpleListFilter):
    """Which letters somebody should look after."""

    title = "letter"
    parameter_name = "letter"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> Sequence[tuple[str, str]]:
        """What can be chosen."""
        return (("overdue", "unconfirmed for long"), ("given_up", "given up"))

    def queryset(self, _request: HttpRequest, shown: QuerySet[Presentation]) -> QuerySet[Presentation]:
        """Those chosen."""
        match self.value():
            case "overdue":
                return shown.filter(pk__in=overdue(timedelta(seconds=settings.NOTIFY_TIMEOUT)).values("pk"))
            case "given_up":
                return shown.exclude(given_up=None)
        return shown


@admin.register(Presentation)
class PresentationAdmin(admin.ModelAdmin):
    """The same actions as through the API."""

    list_display = ("title", "presenter_name", "conference", "status", "created", "notified")
    list_filter = ("status", LetterFilter, "conference", "created")
    search_fields = ("title", "presenter_name", "presenter_email")
    list_select_related = ("conference",)
    actions = ("approve", "reject", "give_up")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Presentation]:
        """The one whose form was sent is locked: nobody decides about it between its being read and being saved."""
        shown = super().get_queryset(request)
        is_form_sent = request.method == "POST" and "object_id" in request.resolver_match.kwargs
        return shown.select_for_update(of=["self"]) if is_form_sent else shown

    def get_readonly_fields(self, _request: HttpRequest, obj: Presentation | None = None) -> tuple[str, ...]:
        """The status is decided, never written; who got the letter stays on record."""
        decided = ("status", "decided", "notified", "given_up", *PRESENTER)
        return decided if obj and obj.is_decided else ("status",)

    def save_model(self, _request: HttpRequest, obj: Presentation, form: ModelForm, change: bool) -> None:
        if change:
            actions.change(obj.pk, **{name: form.cleaned_data[name] for name in form.changed_data})
        else:
            obj.pk = actions.offer(**form.cleaned_data).pk

    def delete_model(self, _request: HttpRequest, obj: Presentation) -> None:
        actions.delete(obj.pk)

    def delete_queryset(self, _request: HttpRequest, queryset: QuerySet[Presentation]) -> None:
        for presentation in queryset:
            actions.delete(presentation.pk)

    @admin.action(description="Approve, and write to the presenters", permissions=["change"])
    def approve(self, request: HttpRequest, chosen: QuerySet[Presentation]) -> None:
        """See actions.approve."""
        self._decide(request, chosen, actions.approve)

    @admin.action(description="Reject, and write to the presenters", permissions=["change"])
    def reject(self, request: HttpRequest, chosen: QuerySet[Presentation]) -> None:
        """See actions.reject."""
        self._decide(request, chosen, actions.reject)

    @admin.action(description="Wait no longer for their letters", permissions=["change"])
    def give_up(self, request: HttpRequest, chosen: QuerySet[Presentation]) -> None:
        """See actions.give_up."""
        for presentation in chosen:
            done = actions.give_up(presentation.pk)
            told = "is given up" if done.given_up else "is not waited for"
            self.message_user(request, f"{presentation}: its letter {told}.")

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
