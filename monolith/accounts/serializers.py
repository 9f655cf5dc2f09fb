"""What comes in about accounts is checked here; passwords go in and never out."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from rest_framework import serializers

from accounts.models import Account
from web.addresses import Address
from web.fields import PatternedText, Text


class AccountRow(serializers.ModelSerializer):
    """An account as everyone who may see it sees it."""

    class Meta:
        model = Account
        fields = ("href", "email", "first_name", "last_name", "is_active", "updated", "revision")


class Username(PatternedText):
    """A name to log in with, as it is stored: the one form of letters that look alike, which may be longer."""

    def to_internal_value(self, data: Any) -> str:
        """The name. Raises ValidationError."""
        return super().to_internal_value(Account.normalize_username(data))


class Names(serializers.Serializer):
    """What a person may change of the account that is given, if one is."""

    first_name = Text(max_length=150)
    last_name = Text(max_length=150)
    password = Text(max_length=128, trim_whitespace=False, write_only=True)

    def validate(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields, if the password is a good one for whoever has them. Raises ValidationError."""
        if "password" in fields:
            known = ("username", "email", "first_name", "last_name")
            person = Account(**{name: fields.get(name, getattr(self.instance, name, "")) for name in known})
            try:
                validate_password(fields["password"], person)
            except ValidationError as error:
                raise serializers.ValidationError({"password": error.messages}) from None
        return fields


class SignUp(Names):
    """What a new person gives."""

    username = Username(r"^[\w.@+-]+\Z", max_length=150)
    email = Address()
