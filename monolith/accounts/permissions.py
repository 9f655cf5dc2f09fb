"""Who may see and change which account."""

from django.conf import settings
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import Account
from conference_go.permissions import LOG_IN, IsOrganiser
from web.service_token import SERVICE


class MaySignUpOrList(IsOrganiser):
    """Signing up is open; the list is for organisers and for our own services."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises NotAuthenticated for a reader who is neither."""
        return request.method == "POST" or request.auth == SERVICE or super().has_permission(request, view)


class IsReallyOrganiser(BasePermission):
    """Organisers only, also while COGO_OPEN_API=1 opens the rest: whoever asks makes somebody staff elsewhere."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises NotAuthenticated for whoever is not logged in."""
        if request.method not in view.allowed_methods:  # which is answered with 405
            return True
        if not request.user.is_authenticated:
            raise NotAuthenticated(LOG_IN)
        return bool(request.user.is_staff)


class IsOwnOrOrganiser(BasePermission):
    """A person sees and changes their own account; organisers all. Others cannot tell whether there is one."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises NotAuthenticated for whoever is not logged in."""
        if settings.COGO_OPEN_API or request.user.is_staff or request.method not in view.allowed_methods:
            return True
        if not request.user.is_authenticated:
            raise NotAuthenticated(LOG_IN)
        return request.user.email == view.kwargs["email"].lower()

    def has_object_permission(self, request: Request, view: APIView, account: Account) -> bool:
        """An organiser's account is changed by its owner and by superusers: others could log in with its rights."""
        if settings.COGO_OPEN_API or request.method in SAFE_METHODS or not account.is_staff:
            return True
        return request.user.is_superuser or request.user == account
