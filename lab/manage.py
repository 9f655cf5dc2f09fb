import os
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])  # not this folder, whose files would stand for packages
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lab.site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
