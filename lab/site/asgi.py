"""What the web server serves, and the feed that runs beside it."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lab.site.settings")
application = get_asgi_application()

from lab.feed.watching import FEED  # noqa: E402 - the settings come first

FEED.start()
