"""What a password may be, besides what Django says of it."""

from typing import Any

from django.core.exceptions import ValidationError


class NotOnlySpaces:
    """Refuses a password that nobody can see being typed."""

    def validate(self, password: str, _user: Any = None) -> None:
        """Raises ValidationError."""
        if not password.strip():
            raise ValidationError(self.get_help_text(), code="password_of_spaces")

    def get_help_text(self) -> str:
        """Said where a password is chosen."""
        return "Your password can't be spaces only."
