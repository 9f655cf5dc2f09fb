"""E-mail addresses that come in: one check at every door, so that whatever is stored can be written to."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from rest_framework import serializers

from messaging.addresses import deliverable

LONGEST = 254  # characters, with the domain as it was typed or in ASCII


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
