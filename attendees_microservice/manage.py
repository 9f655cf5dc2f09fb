"""Django's command line, for the attendees service."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from environs import EnvError

# Django reads the settings even to say how a command is used. No command runs with these.
FOR_HELP = {"DEBUG": "1", "DATABASE_URL": "postgres:///unused"}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attendees_bc.settings")
    if sys.argv[1:2] in ([], ["help"]) or {"-h", "--help"} & set(sys.argv):
        os.environ.update(FOR_HELP)
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, EnvError) as error:
        sys.exit(f"attendees: {error}")
