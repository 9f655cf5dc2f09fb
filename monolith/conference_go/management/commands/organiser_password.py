import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Account


class Command(BaseCommand):
    help = "Sets the password of the account `organiser` to what is read from standard input."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Whoever is logged in with the old one is logged out. Raises CommandError."""
        password = sys.stdin.read().rstrip("\n")
        organiser = Account.objects.filter(username="organiser").first()
        if organiser is None:
            raise CommandError("There is no account `organiser`; this makes one: manage.py seed")
        try:
            validate_password(password, organiser)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        organiser.set_password(password)
        organiser.save(update_fields=["password"])
        self.stdout.write("The organiser's password is set.")
