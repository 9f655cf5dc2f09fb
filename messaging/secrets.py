"""Secrets of a service's settings: what everybody knows, or could try, is for development only."""

from urllib.parse import urlsplit

from environs import Env, EnvError

SHORTEST = 32  # characters of a secret that nobody can try out
PUBLIC = ("development-only", "guest")


class UnsafeSecret(EnvError):
    """A variable has a value that others know or can try out; the message says which, and what to set."""


def read(env: Env, name: str, debug: bool) -> str:
    """The secret in the variable `name`; with `debug` any, and a public one without it. Raises UnsafeSecret."""
    value: str = env.str(name, "") or "development-only"
    if not debug and (value.startswith(PUBLIC) or len(value) < SHORTEST):
        raise UnsafeSecret(f"{name}: set a random value of {SHORTEST} characters; others are for DEBUG=1 only")
    return value


def url(env: Env, name: str, debug: bool, default: str = "") -> str:
    """The address in the variable `name`, unless its password is a public one. Raises UnsafeSecret."""
    value: str = env.str(name, default)
    if not debug and (urlsplit(value).password or "").startswith(PUBLIC):
        raise UnsafeSecret(f"{name}: its password is known to everybody; that is for DEBUG=1 only")
    return value
