"""Who may do what."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from rest_framework.authentication import BasicAuthentication, TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from web.prepared import Prepared
from web.service_token import SERVICE

if TYPE_CHECKING:  # at run time the views read this file before they are there themselves
    from rest_framework.views import APIView

TOKENS = Prepared(Token.objects.select_related("user"), "key")
LOG_IN = (
    "Organiser access required: send `Authorization: Token …` (POST /api/token/ gives one), log in at /admin/, "
    "or start with COGO_OPEN_API=1 for course programs that know no log-in."
)


class TokenLogIn(TokenAuthentication):
    """`Authorization: Token …`."""

    def authenticate_credentials(self, key: str) -> tuple[AbstractBaseUser, Token]:
        """Who logs in. Raises AuthenticationFailed."""
        try:
            token = TOKENS.get(key)
        except Token.DoesNotExist:
            raise AuthenticationFailed("Invalid token.") from None
        if not token.user.is_active:
            raise AuthenticationFailed("User inactive or deleted.")
        return token.user, token


class BasicLogIn(BasicAuthentication):
    """`Authorization: Basic …`, where a NUL is the sender's mistake, not ours: the database refuses to look for it."""

    def authenticate_credentials(
        self, userid: str, password: str, request: Request | None = None
    ) -> tuple[AbstractBaseUser, None]:
        """Who logs in. Raises AuthenticationFailed."""
        if "\0" in userid:
            raise AuthenticationFailed("The username has a NUL character in it.")
        return super().authenticate_credentials(userid, password, request)


class IsOrganiser(BasePermission):
    """Staff only; with COGO_OPEN_API=1 everyone. In development the lab's buttons too, known by the service token."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Raises NotAuthenticated, saying what to do, for whoever is not logged in."""
        is_unknown = request.method not in view.allowed_methods  # which is answered with 405
        if is_unknown or self.may(request):
            return True
        if not request.user.is_authenticated:
            raise NotAuthenticated(LOG_IN)
        return False

    def may(self, request: Request) -> bool:
        """Whether whoever asks is an organiser, or taken for one: in development the lab's buttons are."""
        is_lab = settings.DEBUG and request.auth == SERVICE
        return settings.COGO_OPEN_API or request.user.is_staff or is_lab


class IsOrganiserOrReads(IsOrganiser):
    """Reading is open; changing is for organisers."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """As above, for everything but GET, HEAD and OPTIONS."""
        return request.method in SAFE_METHODS or super().has_permission(request, view)


class IsOrganiserOrPosts(IsOrganiserOrReads):
    """Offering something new is open as well."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """As above, for everything but POST."""
        return request.method == "POST" or super().has_permission(request, view)


def may_try_out(request: HttpRequest) -> bool:
    """Whether the start page's button works: for everyone in development, otherwise for staff."""
    return settings.DEBUG or request.user.is_staff
