"""`pip install .` in an empty environment: the shared parts can be used from outside of the checkout."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.clean_room import ground

SHARED = ("messaging", "web")
NOT_INSTALLED = {"tests", "__pycache__", "pytest.ini", "pyproject.toml", "README.md", "LICENSE"}
APPS = [
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "rest_framework",
    "messaging.outbox", "messaging.inbox", "web", "web.idempotency", "web.pages", "web.throttling",
]  # fmt: skip
SETTINGS = f"""
SECRET_KEY = SERVICE_TOKEN = "of a program that uses the packages"
SERVICE_NAME = "other"
INSTALLED_APPS = {APPS!r}
DATABASES = {{"default": {{"ENGINE": "django.db.backends.postgresql", "NAME": "unused"}}}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory, from_wheels) -> Path:
    """The folder of a program that has a virtualenv with nothing but this project in it."""
    folder = tmp_path_factory.mktemp("program")
    ground.copy_of_the_tree(folder / "source")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    install = [folder / "venv/bin/pip", "install", "--quiet", folder / "source"]
    subprocess.run(install, env={**ground.scrubbed(folder), **from_wheels}, check=True)
    (folder / "settings.py").write_text(SETTINGS)
    return folder


def python(folder: Path, *arguments: str | Path) -> str:
    environment = {**ground.scrubbed(folder), "DJANGO_SETTINGS_MODULE": "settings"}
    command = [folder / "venv/bin/python", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_outbox_and_inbox_can_be_imported(installed):
    python(installed, "-c", "import django; django.setup(); import messaging.outbox, messaging.inbox")


def test_every_module_of_the_shared_packages_can_be_imported(installed):
    python(installed, installed / "source/tests/imports.py", ".", *SHARED)


@pytest.mark.parametrize("package", SHARED)
def test_no_file_of_the_shared_packages_is_missing(installed, package):
    where = Path(python(installed, "-c", f"import {package}; print({package}.__path__[0])").strip())
    source = installed / "source" / package

    assert installed / "venv" in where.parents
    assert files(source) - files(where) == set()


def files(folder: Path) -> set[str]:
    """What is in a folder, but for its tests."""
    below = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {str(path) for path in below if not NOT_INSTALLED & set(path.parts)}
