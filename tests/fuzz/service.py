"""One of the web services as it is deployed, on a fresh database of its own, and a log-in that may do everything."""

import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import requests

from native.rabbitmq import free_port

ROOT = Path(__file__).parents[2]
ORGANISER = {"username": "organiser", "password": "a-word-for-the-fuzzing-organiser"}


@dataclass(frozen=True)
class Service:
    """It runs."""

    name: str
    url: str
    authorization: str


@contextmanager
def running(folder: str) -> Iterator[Service]:
    """The service in this folder of the project, until the block ends."""
    port, database = free_port(), f"fuzz_{secrets.token_hex(4)}"
    url = f"http://127.0.0.1:{port}"
    env = {
        **os.environ, "DEBUG": "1", "WEB_PORT": str(port), "LOG_LEVEL": "ERROR", "SERVICE_TOKEN": "for-fuzzing",
        "DATABASE_URL": _create(database), "ORGANISER_PASSWORD": ORGANISER["password"], "COGO_OPEN_API": "0",
    }  # fmt: skip
    with TemporaryFile() as log:
        command = [sys.executable, f"{folder}/manage.py", "serve"]
        web = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait(url, web)
            yield Service(folder, url, _log_in(url) if folder == "monolith" else "Service for-fuzzing")
        finally:
            web.terminate()
            web.wait(20)
            log.seek(0)
            print(
                "".join(
                    re.findall(
                        r"^.*\bERROR\b.*\n(?:(?!\d{4}-|\[).*\n)*", log.read().decode(errors="replace"), re.MULTILINE
                    )
                )
            )


def _create(database: str) -> str:
    server = os.environ["TEST_DATABASE_URL"]
    with closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{database}"')
    return urlunsplit(urlsplit(server)._replace(path=f"/{database}"))


def _wait(url: str, web: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert web.poll() is None, "the service ended by itself"
        try:
            if requests.get(f"{url}/api/health/", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.2)
    raise TimeoutError(f"{url} does not answer")


def _log_in(url: str) -> str:
    answer = requests.post(f"{url}/api/token/", json=ORGANISER, timeout=10)
    answer.raise_for_status()
    return f"Token {answer.json()['token']}"
