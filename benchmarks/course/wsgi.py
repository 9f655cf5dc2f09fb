"""For the server, by which ours is served as well."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.course.settings")
application = get_wsgi_application()
