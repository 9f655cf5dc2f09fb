"""Django settings of the peers' programs: the same database, with a connection that is kept."""

import os

import dj_database_url

SECRET_KEY = "benchmark"
USE_TZ = True
INSTALLED_APPS = ["messaging.outbox"]
DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=None)}
RABBITMQ_URL = os.environ["RABBITMQ_URL"]
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
