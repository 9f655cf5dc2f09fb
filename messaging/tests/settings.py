"""A Django service with nothing but the two apps."""

from environs import Env

from contracts.topology import conference_go

SECRET_KEY = "tests"
INSTALLED_APPS = ["messaging.outbox", "messaging.inbox"]
MESSAGING_DATABASE = Env().str("TEST_MESSAGING_DATABASE", "default")
DATABASES = {"default": {}, MESSAGING_DATABASE: Env().dj_db_url("DATABASE_URL", "postgres:///")}
DATABASE_ROUTERS = ["messaging.routing.MessagingRouter"]
DATABASES[MESSAGING_DATABASE]["TEST"] = {"DEPENDENCIES": []}
USE_TZ = True

SERVICE_NAME = "tests"
RABBITMQ_URL = ""
MESSAGING_TOPOLOGY = conference_go()
LIVENESS_FILE = ""
METRICS_PORT = 0
LAB_URL = ""
SERVICE_TOKEN = "tests"
WEB_HOST = "127.0.0.1"
WHEREABOUTS_PORT = 0
WHEREABOUTS = ""
METRICS_HOST = "127.0.0.1"
