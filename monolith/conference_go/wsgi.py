"""What the web server calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conference_go.settings")
application = get_wsgi_application()

from bill import meter  # noqa: E402 - Django must be set up first

meter.keep_writing_down()
