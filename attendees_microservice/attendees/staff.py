"""Staff for the admin pages: the monolith's organisers, with the password that they have there."""

import logging
from typing import Any

import requests
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import User

from attendees.monolith import TIMEOUT
from web.throttling.log_ins import RateLimitedBackend

log = logging.getLogger(__name__)


class MonolithsOrganisers(RateLimitedBackend):
    """Asks the monolith about whoever is not known here with a password. Guessing takes patience here and there."""

    def person(self, request: Any, username: str, password: str | None, **others: Any) -> AbstractBaseUser | None:
        """Whose name and password these are, here or there, or None."""
        known = super().person(request, username, password, **others)
        if known is not None or password is None:
            return known
        told = _ask(username, password)
        return None if told is None else _kept(**told)


def _kept(username: str, superuser: bool) -> User | None:
    """The organiser, with the rights that the monolith tells of; None where somebody of here has the name."""
    staff = User.objects.filter(username=username).first() or User(username=username)
    if staff.pk is None:
        staff.set_unusable_password()
    elif staff.has_usable_password():
        return None
    staff.is_staff, staff.is_superuser = True, superuser
    staff.save()
    return staff


def _ask(username: str, password: str) -> dict[str, Any] | None:
    try:
        with requests.Session() as session:
            session.trust_env = False  # neither a proxy nor ~/.netrc has a say between two of our services
            answer = session.get(
                f"{settings.MONOLITH_URL}/api/organiser/", auth=(username.encode(), password.encode()), timeout=TIMEOUT
            )
        told = answer.json() if answer.status_code == 200 else None
    except (requests.RequestException, ValueError) as error:
        log.warning("the monolith cannot be asked who logs in: %s", error)
        return None
    return told
