"""Who may do what. This service has no users of its own, but staff for its admin pages."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.crypto import constant_time_compare
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:  # at run time the views read this file before they are there themselves
    from rest_framework.views import APIView

SERVICE = "service"  # request.auth of a request that came from one of our own services


class ServiceTokenAuthentication(BaseAuthentication):
    """`Authorization: Service <SERVICE_TOKEN>`: how our services know each other."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, str] | None:
        """Nobody in particular, as SERVICE; None without such a header. Raises AuthenticationFailed."""
        scheme, _, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"service":
            return None
        if not constant_time_compare(token.strip(), settings.SERVICE_TOKEN.encode()):
            raise AuthenticationFailed("The service token is wrong; SERVICE_TOKEN must be the same in all services.")
        return AnonymousUser(), SERVICE

    def authenticate_header(self, _request: Request) -> str:
        """What a 401 asks for."""
        return "Service"


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
