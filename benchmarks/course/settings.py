"""As a new Django project has them; KEPT=1 keeps database connections, which Django by itself does not."""
# doctor: ignore (the course's way is measured here)

import os

import dj_database_url

SECRET_KEY = "benchmark"
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
ROOT_URLCONF = "benchmarks.course.urls"
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
    "rest_framework", "benchmarks.course",
]  # fmt: skip
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": dj_database_url.parse(
        os.environ["DATABASE_URL"], conn_max_age=None if os.environ.get("KEPT") == "1" else 0
    )
}
REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": []}
RABBITMQ_URL = os.environ["RABBITMQ_URL"]
