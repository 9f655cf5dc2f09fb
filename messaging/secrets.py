"""Secrets of a service's settings: what everybody knows, or could try, is for development only."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env

SHORTEST = 32  # characters of a secret that nobody can try out
PUBLIC = ("development-only", "guest")


def read(env: Env, name: str, debug: bool) -> str:
    """The secret in the variable `name`; with `debug` any, and a public one without it. Raises ImproperlyConfigured."""
    value: str = env.str(name, "") or "development-only"
    if not debug and (value.startswith(PUBLIC) or len(value) < SHORTEST):
        raise ImproperlyConfigured(f"{name}: set a random value of {SHORTEST} characters; others are for DEBUG=1 only")
    return value


def url(env: Env, name: str, debug: bool, default: str = "") -> str:
    """The address in the variable `name`, unless its password is a public one. Raises ImproperlyConfigured."""
    value: str = env.str(name, default)
    if not debug and (urlsplit(value).password or "").startswith(PUBLIC):
        raise ImproperlyConfigured(f"{name}: its password is known to everybody; that is for DEBUG=1 only")
    return value
