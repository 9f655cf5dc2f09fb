from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from accounts.models import Account


@admin.register(Account)
class AccountAdmin(UserAdmin):
    """Accounts are deactivated here, not deleted: others have copies of them. Saving one broadcasts it."""

    list_display = ("email", "username", "first_name", "last_name", "is_active", "is_staff", "revision")
    ordering = ("email",)
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("username", "email", "password1", "password2")}),)

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False
