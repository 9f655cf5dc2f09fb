"""Settings of the lab's pages. Of these, only this file reads the environment."""

import logging
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env

env = Env()


def secret(name: str) -> str:
    """The secret in the variable `name`. Raises ImproperlyConfigured if it is missing or public; DEBUG allows that."""
    value: str = env.str(name, "") or "development-only"
    if value.startswith("development-only") and not DEBUG:
        raise ImproperlyConfigured(f"{name}: set a long random value; the default is for DEBUG=1 only")
    return value


DEBUG = env.bool("DEBUG", False)
SECRET_KEY = secret("SECRET_KEY")
SERVICE_TOKEN = secret("SERVICE_TOKEN")

# Where it listens, and where it looks
WEB_HOST = env.str("WEB_HOST", "127.0.0.1")
WEB_PORT = env.int("WEB_PORT", 8002)
MONOLITH_URL = env.str("MONOLITH_URL", "http://localhost:8000").rstrip("/")
ATTENDEES_URL = env.str("ATTENDEES_URL", "http://localhost:8001").rstrip("/")
RABBITMQ_URL = env.str("RABBITMQ_URL", "amqp://guest:guest@localhost:5672/")
RABBITMQ_MANAGEMENT_URL = env.str("RABBITMQ_MANAGEMENT_URL", "http://localhost:15672").rstrip("/")
# Where its pages send a browser
MONOLITH_PAGE_URL = env.str("MONOLITH_PAGE_URL", "") or MONOLITH_URL
ATTENDEES_PAGE_URL = env.str("ATTENDEES_PAGE_URL", "") or ATTENDEES_URL
RABBITMQ_PAGE_URL = env.str("RABBITMQ_PAGE_URL", "http://localhost:15672")
MAIL_PAGE_URL = env.str("MAIL_PAGE_URL", "")
# Who stops and starts processes for its buttons: supervisor, or the control process of a run in containers. Empty, or
# where none listens, for nobody: they show what to type.
LAB_CONTROL = env.str("LAB_CONTROL", "")
CONTROL_SOCKET = env.str("COGO_SOCKET", "")  # where it listens

ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"]), "lab"]
INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "lab.site",
    "lab.board",
    "lab.compare",
    "lab.experiments",
    "lab.log",
    "lab.dead",
    "lab.why",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lab.site.refused.Refused",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "lab.site.organisers.Organisers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "lab.site.urls"
ASGI_APPLICATION = "lab.site.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request", "lab.site.pages.places"]},
    }
]
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # straight out of the packages: nothing to collect beforehand
BASE_DIR = Path(__file__).parents[1]
DATABASES: dict[str, object] = {}
USE_TZ = True
TIME_ZONE = "UTC"

SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_NAME = "lab_session"  # cookies know no ports: those of the other services must survive beside it
CSRF_COOKIE_NAME = "lab_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
if not DEBUG:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SILENCED_SYSTEM_CHECKS = ["security.W008"]  # TLS ends at the proxy in front, which redirects

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}},
    "root": {"handlers": ["stdout"], "level": env.log_level("LOG_LEVEL", logging.INFO)},
    "loggers": {"pika": {"level": "CRITICAL"}},
}
