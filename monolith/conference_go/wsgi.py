"""What the web server calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conference_go.settings")
django = get_wsgi_application()

from messaging import waiting  # noqa: E402 - Django must be set up first
from messaging.shutdown import Stop  # noqa: E402
from usage import meter  # noqa: E402
from web.readable import readable  # noqa: E402
from web.server import Server  # noqa: E402

waiting.wait_no_longer_than(Stop())
application = readable(django)
server = Server(application)

meter.keep_flushing()
