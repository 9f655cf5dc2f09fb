"""Pages for staff. Copies and observations can be looked at only: the monolith's word counts."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest

from attendees.models import AccountVO, Attendee, Badge, ConferenceVO, Observation


class ForSuperusers:
    """A password is a log-in, and a group is rights: whoever may write either may become anybody."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return request.user.is_superuser

    has_add_permission = has_module_permission
    has_change_permission = has_delete_permission = has_view_permission


class Staff(ForSuperusers, UserAdmin):
    """Made and changed by superusers."""


class Groups(ForSuperusers, GroupAdmin):
    """Changed by superusers."""


for model, pages in ((User, Staff), (Group, Groups)):
    admin.site.unregister(model)
    admin.site.register(model, pages)


@admin.register(Attendee)
class AttendeeAdmin(admin.ModelAdmin):
    list_display = ["name", "email", "company_name", "conference", "created"]
    list_filter = ["conference"]
    search_fields = ["name", "email", "company_name"]


@admin.register(Badge)
class BadgeAdmin(admin.ModelAdmin):
    list_display = ["attendee", "created"]


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows that only programs write."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False


@admin.register(ConferenceVO)
class ConferenceAdmin(ReadOnlyAdmin):
    list_display = ["id", "name", "starts", "max_attendees", "revision", "deleted"]
    list_filter = ["deleted"]
    search_fields = ["name"]


@admin.register(AccountVO)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ["email", "first_name", "last_name", "is_active", "revision"]
    list_filter = ["is_active"]
    search_fields = ["email", "last_name"]


@admin.register(Observation)
class SightingAdmin(ReadOnlyAdmin):
    list_display = ["conference_id", "revision", "lane", "lag_ms", "first", "seen"]
    list_filter = ["lane", "first"]
