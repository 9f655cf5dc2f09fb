from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from rest_framework.authtoken.admin import TokenAdmin
from rest_framework.authtoken.models import TokenProxy

from accounts.models import Account

RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


@admin.register(Account)
class AccountAdmin(UserAdmin):
    """Accounts are deactivated here, not deleted: others have copies of them. Saving one broadcasts it."""

    list_display = ("email", "username", "first_name", "last_name", "is_active", "is_staff", "revision")
    ordering = ("email",)
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("username", "email", "password1", "password2")}),)

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        """An organiser's account is changed by its owner and by superusers: others could log in with its rights."""
        is_anothers = obj is not None and obj.is_staff and obj != request.user
        return super().has_change_permission(request, obj) and (request.user.is_superuser or not is_anothers)

    def get_readonly_fields(self, request: HttpRequest, obj: Account | None = None) -> tuple[str, ...]:
        """Rights are given by superusers only."""
        known = tuple(super().get_readonly_fields(request, obj))
        return known if request.user.is_superuser else (*known, *RIGHTS)


class ForSuperusers:
    """A token is a log-in, and a group is rights: whoever may write either may become anybody."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return request.user.is_superuser

    has_add_permission = has_module_permission
    has_change_permission = has_delete_permission = has_view_permission


class Tokens(ForSuperusers, TokenAdmin):
    """Seen and made by superusers."""


class Groups(ForSuperusers, GroupAdmin):
    """Changed by superusers."""


for model, pages in ((TokenProxy, Tokens), (Group, Groups)):
    admin.site.unregister(model)
    admin.site.register(model, pages)
