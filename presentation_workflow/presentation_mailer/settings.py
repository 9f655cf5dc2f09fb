"""Settings of presentation_workflow, in reading order. Nothing else here reads the environment."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env

from contracts.topology import conference_go
from messaging import database, secrets

env = Env()

# Who we are
SERVICE_NAME = "workflow"
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = secrets.read(env, "SECRET_KEY", DEBUG)
LIVENESS_FILE = env.str("LIVENESS_FILE", "")
WEB_HOST = env.str("WEB_HOST", "127.0.0.1")
WHEREABOUTS_PORT = env.int("WORKFLOW_PORT", 0)  # where the relay says where a message is; 0 for nowhere
WHEREABOUTS = "presentation_mailer.whereabouts.facts"
SERVICE_TOKEN = secrets.read(env, "SERVICE_TOKEN", DEBUG) if WHEREABOUTS_PORT else ""  # who may ask there
METRICS_HOST = env.str("METRICS_HOST", "127.0.0.1")  # where from it can be asked; 0.0.0.0 for everywhere
METRICS_PORT = env.int("METRICS_PORT", 0)  # where a process without pages says what it counts; 0 for nowhere
LAB_URL = env.str("LAB_URL", "")  # who is told what happens, for people to see; empty for nobody
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", "")  # who is sent traces; empty for nobody
TRACES_PER_SECOND = env.float("TRACES_PER_SECOND", 20)  # requests that are followed, at most

# It has no pages: nobody's browser is to be protected.
SILENCED_SYSTEM_CHECKS = ["security.W001", "security.W002", "security.W003", "security.W020"]
INSTALLED_APPS = ["messaging.outbox", "messaging.inbox", "presentation_mailer"]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
    }
]

# Where receipts of letters are kept
secrets.url(env, "DATABASE_URL", DEBUG)
DATABASES = {"default": env.dj_db_url("DATABASE_URL", conn_max_age=None, conn_health_checks=True)}
DATABASES["default"]["OPTIONS"] = database.options("10s") | DATABASES["default"].get("OPTIONS", {})

# Where messages come from
RABBITMQ_URL = secrets.url(env, "RABBITMQ_URL", DEBUG, "amqp://guest:guest@localhost:5672/")
COGO_COURSE = env.bool("COGO_COURSE", False)  # whether programs of the course share the work: see contracts.course
MESSAGING_TOPOLOGY = conference_go(COGO_COURSE)

# Where letters go
EMAIL_BACKEND = "presentation_mailer.smtp.Backend"
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 1025)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 10)  # seconds; Django's default is none at all
EMAIL_AMBIGUOUS = env.str("EMAIL_AMBIGUOUS", "resend")
if EMAIL_AMBIGUOUS not in ("resend", "hold"):
    raise ImproperlyConfigured(f"EMAIL_AMBIGUOUS is {EMAIL_AMBIGUOUS!r}; it may be resend or hold")
EMAIL_IN_DOUBT = env.int("EMAIL_IN_DOUBT", 1)
if EMAIL_IN_DOUBT < 1:
    raise ImproperlyConfigured(f"EMAIL_IN_DOUBT is {EMAIL_IN_DOUBT}; a letter that is handed over is in doubt")
DEFAULT_FROM_EMAIL = "admin@conference.go"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}},
    "root": {"handlers": ["stdout"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {"pika": {"level": "CRITICAL"}},  # our own lines say it once, in words
}
