import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "django-insecure-attendees"
DEBUG = True
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["attendees.apps.AttendeesConfig"]
MIDDLEWARE = []
ROOT_URLCONF = "attendees_bc.urls"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("SQLITE", BASE_DIR / "db.sqlite3"),
    }
}
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
