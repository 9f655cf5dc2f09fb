"""How our services know each other."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.crypto import constant_time_compare
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

SERVICE = "service"  # request.auth of a request that came from one of our own services


class ServiceTokenAuthentication(BaseAuthentication):
    """`Authorization: Service <SERVICE_TOKEN>`."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, str] | None:
        """Nobody in particular, as SERVICE; None without such a header. Raises AuthenticationFailed."""
        scheme, _, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"service":
            return None
        if not constant_time_compare(token.strip(), settings.SERVICE_TOKEN.encode()):
            raise AuthenticationFailed("The service token is wrong; SERVICE_TOKEN must be the same in all services.")
        return AnonymousUser(), SERVICE

    def authenticate_header(self, _request: Request) -> str:
        """What a 401 asks for, where this is the first way to log in."""
        return "Service"
