from typing import Any

from django.db import models

from web.addresses import AddressField


class LowerCaseEmailField(AddressField):
    """An e-mail address that is the same however it is typed: stored, compared and shown in lower case."""

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """As itself: what it does to case, the database sees."""
        name, _, arguments, options = super().deconstruct()
        return name, "accounts.fields.LowerCaseEmailField", arguments, options

    def to_python(self, value: Any) -> Any:
        """Also what a query compares with, and what a fixture or a form gives."""
        value = super().to_python(value)
        return value.lower() if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """As stored; the instance has it from now on, for whoever is told of it."""
        value = self.to_python(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value
