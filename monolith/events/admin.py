from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from events import actions
from events.models import Conference, Location, State


@admin.register(State)
class StateAdmin(admin.ModelAdmin):
    list_display = ("name", "abbreviation")
    search_fields = ("name",)


@admin.register(Location)
class LocationAdmin(admin.ModelAdmin):
    list_display = ("name", "city", "state", "room_count")
    list_filter = ("state",)
    search_fields = ("name", "city")


@admin.register(Conference)
class ConferenceAdmin(admin.ModelAdmin):
    """The same verbs as the API, so that others hear of what is done here."""

    list_display = ("name", "starts", "ends", "location", "max_attendees", "revision")
    list_filter = ("starts", "location__state")
    search_fields = ("name",)

    def save_model(self, _request: HttpRequest, obj: Conference, _form: ModelForm, _change: bool) -> None:
        actions.save(obj)

    def delete_model(self, _request: HttpRequest, obj: Conference) -> None:
        actions.delete(obj.pk)

    def delete_queryset(self, _request: HttpRequest, queryset: QuerySet[Conference]) -> None:
        for conference in queryset:
            actions.delete(conference.pk)
