"""Settings of the monolith. Only this file reads the environment."""

import logging
from pathlib import Path

from corsheaders.defaults import default_headers
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from contracts.topology import conference_go
from messaging import database, secrets
from web import spectacular

env = Env()
BASE_DIR = Path(__file__).parent.parent


DEBUG = env.bool("DEBUG", False)
SECRET_KEY = secrets.read(env, "SECRET_KEY", DEBUG)
SERVICE_TOKEN = secrets.read(env, "SERVICE_TOKEN", DEBUG)
SERVICE_NAME = "monolith"

COGO_COURSE = env.bool("COGO_COURSE", False)  # for programs of the course: see contracts.course
MESSAGING_TOPOLOGY = conference_go(COGO_COURSE)
COGO_OPEN_API = env.bool("COGO_OPEN_API", False) or COGO_COURSE
if COGO_OPEN_API and not DEBUG:
    raise ImproperlyConfigured("COGO_OPEN_API or COGO_COURSE opens every write to everyone: unset both, or set DEBUG=1")

ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", "monolith", "attendees", "attendees-microservice"]
)
# Pages of other origins that may call the API; course front ends are served on these ports.
CORS_ALLOWED_ORIGINS = env.list(
    "CORS_ALLOWED_ORIGINS", ["http://localhost:3000", "http://localhost:3001"] if DEBUG else []
)
CORS_URLS_REGEX = r"^/+(api|login)(/|$)"
CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key", "if-match", "if-none-match"]
CORS_ALLOW_CREDENTIALS = COGO_COURSE  # its pages ask with cookies, even where nobody has logged in
CORS_EXPOSE_HEADERS = ["ETag", "Idempotency-Replayed", "Retry-After"]
OPEN_WRITES_PER_MINUTE = env.int("OPEN_WRITES_PER_MINUTE", 120)  # of one address without a log-in
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)  # in front of us, each of which adds to X-Forwarded-For
WEB_HOST = env.str("WEB_HOST", "127.0.0.1")
WEB_PORT = env.int("WEB_PORT", 8000)
WEB_WORKERS = env.int("WEB_WORKERS", 2)
NOTIFY_TIMEOUT = env.int("NOTIFY_TIMEOUT", 600)  # seconds until a decision without a letter is published again
RABBITMQ_URL = secrets.url(env, "RABBITMQ_URL", DEBUG, "amqp://guest:guest@localhost:5672/")
LIVENESS_FILE = env.str("LIVENESS_FILE", "")
METRICS_HOST = env.str("METRICS_HOST", "127.0.0.1")  # where from it can be asked; 0.0.0.0 for everywhere
METRICS_PORT = env.int("METRICS_PORT", 0)  # where a process without pages says what it counts; 0 for nowhere
LAB_URL = env.str("LAB_URL", "")  # who is told what happens, for people to see; empty for nobody
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", "")  # who is sent traces; empty for nobody
TRACES_PER_SECOND = env.float("TRACES_PER_SECOND", 20)  # requests that are followed, at most

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_standardized_errors",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "corsheaders",
    "web",
    "messaging.outbox",
    "messaging.inbox",
    "usage",
    "web.idempotency",
    "web.pages",
    "web.throttling",
    "conference_go",
    "message_docs",
    "accounts",
    "events",
    "presentations",
]
MIDDLEWARE = [
    "usage.middleware.count_polls",  # the first, so that all of a poll is counted
    "corsheaders.middleware.CorsMiddleware",  # before whatever may answer: errors carry its headers too
    "web.middleware.refuse_unknown_hosts",
    "web.middleware.refuse_large_bodies",
    "web.middleware.refuse_long_queries",
    "web.middleware.restrict_pages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "web.middleware.one_path",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "web.middleware.Refuse",
]
if OTEL_EXPORTER_OTLP_ENDPOINT:
    MIDDLEWARE.insert(0, "web.traced.trace_requests")
ROOT_URLCONF = "conference_go.urls"
WSGI_APPLICATION = "conference_go.wsgi.application"
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "conference_go" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

secrets.url(env, "DATABASE_URL", DEBUG)
DATABASES = {"default": env.dj_db_url("DATABASE_URL", conn_max_age=None, conn_health_checks=True)}
DATABASES["default"]["OPTIONS"] = database.options("5s") | DATABASES["default"].get("OPTIONS", {})
TABLES_FILLED_BY_MIGRATIONS = ["events_state"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Account"
ORGANISER_PASSWORD = env.str("ORGANISER_PASSWORD", "")  # of the account that the seed makes
AUTHENTICATION_BACKENDS = ["web.throttling.log_ins.RateLimitedBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
] + [{"NAME": "web.passwords.NotOnlySpaces"}]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # The first one says how to log in when a request is answered with 401.
        "conference_go.permissions.TokenLogIn",
        "conference_go.permissions.BasicLogIn",
        "web.page_session.PageSession",
        "web.service_token.ServiceTokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["conference_go.permissions.IsOrganiserOrReads"],
    "DEFAULT_PARSER_CLASSES": [
        "web.parsers.BoundedJSONParser",
        "web.parsers.OwnFormParser",
        "web.parsers.UnlabelledJSONParser",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer", "web.browsing.BrowsableAPI"],
    "DEFAULT_SCHEMA_CLASS": "web.openapi.Schema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "conference_go.errors.Refusals",
    "EXCEPTION_FORMATTER_CLASS": "web.errors.MessageFirst",
    "ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": True,
}

SPECTACULAR_SETTINGS = {
    **spectacular.SETTINGS,
    "TITLE": "Conference GO: the monolith",
    "DESCRIPTION": "Plans conferences, takes presentations, and decides about them.",
    "TAGS": [
        {"name": "Health", "description": "Whether it can work, and where to begin."},
        {"name": "Log-in", "description": "Tokens for `Authorization: Token …`."},
        {"name": "Locations", "description": "Where conferences take place."},
        {"name": "Conferences", "description": "What is polled, and pushed to subscribers as well."},
        {"name": "Presentations", "description": "A queue: each decision becomes one letter."},
        {"name": "Accounts", "description": "Publish/subscribe: every change is broadcast."},
        {"name": "Bill", "description": "What polls and publishing cost."},
    ],
}

# Other people's services: without a key there are no photos and no weather, and nothing is asked
PEXELS_API_KEY = env.str("PEXELS_API_KEY", "")
OPEN_WEATHER_API_KEY = env.str("OPEN_WEATHER_API_KEY", "")

# The start page links to the neighbours
ATTENDEES_URL = env.str("ATTENDEES_URL", "http://localhost:8001")
MAIL_PAGE_URL = env.str("MAIL_PAGE_URL", "http://localhost:1080")
LAB_PAGE_URL = env.str("LAB_PAGE_URL", "").rstrip("/")  # of the board; empty without one
RABBITMQ_PAGE_URL = env.str("RABBITMQ_PAGE_URL", "http://localhost:15672")

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # straight out of the packages: nothing to collect beforehand
LANGUAGE_CODE = "en-us"
USE_TZ = True
TIME_ZONE = "UTC"

SESSION_COOKIE_NAME = "monolith_session"  # cookies know no ports: that of the attendees service must survive beside it
CSRF_COOKIE_NAME = "monolith_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
if not DEBUG:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
# TLS ends at the proxy in front, which redirects. We may not: services call each other by plain HTTP inside.
SILENCED_SYSTEM_CHECKS = ["security.W008"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}},
    "root": {"handlers": ["stdout"], "level": env.log_level("LOG_LEVEL", logging.INFO)},
    "loggers": {
        "django": {"handlers": ["stdout"], "propagate": False},
        "pika": {"level": "CRITICAL"},  # our own lines say it once, in words
    },
}
