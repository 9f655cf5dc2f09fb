"""What the web server calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attendees_bc.settings")
django = get_wsgi_application()

from web.readable import readable  # noqa: E402 - Django must be set up first
from web.server import Server  # noqa: E402

application = readable(django)
server = Server(application)
