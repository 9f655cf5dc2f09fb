"""E-mail addresses that come in: one check at every door, so that whatever is stored can be written to."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from email_validator import EmailNotValidError
from email_validator import validate_email as read_email
from rest_framework import serializers

LONGEST = 254  # characters, with the domain as it was typed or in ASCII


def deliverable(address: str) -> str:
    """The address as it goes to a mail server: ASCII, a domain beyond it as IDNA has it. Nobody is asked.

    Raises ValueError, in words for whoever typed it: for more than RFC 5321 has room for, for a domain that IDNA
    cannot write, and for what comes before the @ in quotes or beyond ASCII, which few servers take.
    """
    try:
        found = read_email(
            address,
            check_deliverability=False,
            allow_smtputf8=False,
            globally_deliverable=False,  # the host of an office network is one as well
            test_environment=True,
            strict=True,
        )
    except EmailNotValidError as reason:
        raise ValueError(f"No letter can be written to this address: {reason}") from None
    if found.ascii_email is None or len(found.ascii_email) > 254:
        raise ValueError("No letter can be written to this address: it is longer than mail servers take.")
    return found.ascii_email


def validate_deliverable(address: str) -> None:
    """Raises ValidationError for an address that no letter can be written to."""
    try:
        deliverable(address)
    except ValueError as reason:
        raise ValidationError(str(reason), code="invalid") from None


class AddressField(models.EmailField):
    """A column of addresses; forms, the admin's among them, and serializers made of its model check them."""

    default_validators = [validate_email, validate_deliverable]

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """As Django's own: to the database they are the same."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.EmailField", arguments, options


class Address(serializers.EmailField):
    """An address in a request."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST, **options)
        self.validators.append(validate_deliverable)
