"""Who may do what. This service has no users of its own, but staff for its admin pages."""

from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from web.service_token import SERVICE

if TYPE_CHECKING:  # at run time the views read this file before they are there themselves
    from rest_framework.views import APIView


class IsService(BasePermission):
    """Only our own services, and staff."""

    def has_permission(self, request: Request, _view: "APIView") -> bool:
        """Raises NotAuthenticated with words for whoever is neither."""
        if request.auth == SERVICE or request.user.is_staff:
            return True
        raise NotAuthenticated("Only our own services may do this: send `Authorization: Service <SERVICE_TOKEN>`.")


class MayChange(BasePermission):
    """Everyone reads and registers; changing or removing what someone registered takes more."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Raises NotAuthenticated with words for whoever may not."""
        is_open = request.method in (*SAFE_METHODS, "POST") or settings.COGO_OPEN_API
        is_unknown = request.method not in view.allowed_methods  # which is answered with 405
        if is_open or is_unknown or request.auth == SERVICE or request.user.is_staff:
            return True
        raise NotAuthenticated(
            "Changing or removing an attendee takes `Authorization: Service <SERVICE_TOKEN>`, a staff log-in at "
            "/admin/, or COGO_OPEN_API=1 for course programs that know no log-in."
        )
