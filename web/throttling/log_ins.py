"""Limits how fast passwords can be guessed, wherever somebody logs in: API, browsable API, or admin."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser

from web.client import address
from web.throttling import attempts

PER_NAME, PER_ADDRESS = 10, 60  # wrong passwords in a minute


class TooManyLogIns(Exception):
    """Somebody guesses."""

    def __init__(self) -> None:
        self.wait = attempts.seconds_left()
        super().__init__(f"Too many wrong passwords from your address; try again in {self.wait} seconds.")


class RateLimitedBackend(ModelBackend):
    """Django's own backend with a rate limit per name and address. Each attempt counts until one succeeds."""

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **others: Any
    ) -> AbstractBaseUser | None:
        """Who it is, or None. Raises TooManyLogIns, whether or not there is somebody of that name."""
        if request is None or username is None:
            return super().authenticate(request, username, password, **others)
        sender = address(request)
        by_name, by_address = (sender, username.lower()), (sender,)
        for_name, for_address = attempts.count("log-in", *by_name), attempts.count("log-in", *by_address)
        if for_name > PER_NAME or for_address > PER_ADDRESS:
            raise TooManyLogIns
        person = self.person(request, username, password, **others)
        if person is not None:
            attempts.forgive("log-in", *by_name)
            attempts.forgive("log-in", *by_address)
        return person

    def person(self, request: Any, username: str, password: str | None, **others: Any) -> AbstractBaseUser | None:
        """Whose name and password these are, or None."""
        return super().authenticate(request, username, password, **others)
