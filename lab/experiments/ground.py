"""What an experiment works on: a virtual host, a schema and processes, all its own and gone afterwards."""

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self
from urllib.parse import quote, urlsplit

import pika
import requests
from pika.adapters.blocking_connection import BlockingChannel

from lab.experiments.notes import Notes
from lab.experiments.places import Places
from lab.experiments.processes import Cable, Processes

PREFIX = "experiment."
LONGEST = 120  # seconds: what is older is nobody's any more
PATIENCE = 40  # seconds until something that does not come is missing


class NotReady(Exception):
    """The experiment cannot be run here; the message says what is missing, and what to do."""


class Ground:
    """Open it with `with`. `is_safe` is whether the safeguard is on, `is_short` whether a few seconds must do."""

    def __init__(self, places: Places, is_safe: bool, is_short: bool, say: Callable[..., None]) -> None:
        self.is_safe = is_safe
        self.is_short = is_short
        self.say = say
        self.vhost = f"{PREFIX}{secrets.token_hex(4)}"
        self.url = urlsplit(places.amqp)._replace(path=f"/{self.vhost}").geturl()
        self.processes = Processes()
        self.notes = Notes()
        self.database = ""
        self._places = places
        self._connection: pika.BlockingConnection
        self._schema = ""

    def __enter__(self) -> Self:
        try:
            self._make()
        except (requests.RequestException, pika.exceptions.AMQPError, OSError) as error:
            self.__exit__()
            raise NotReady(
                f"RabbitMQ does not answer ({error or type(error).__name__}). Start it with `make up`; "
                "`make experiments` brings a broker and a database of its own"
            ) from error
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.processes.kill_all()
        self.notes.close()
        with suppress(requests.RequestException):
            self._call("DELETE", f"vhosts/{self.vhost}")  # which ends our connection too
        if self._schema:
            from lab.experiments import database

            database.drop(self._places.database, self._schema)

    def _make(self) -> None:
        self._forget_what_was_left()
        user = urlsplit(self._places.amqp).username or "guest"
        words = f"an experiment, until {time.time() + LONGEST:.0f}"
        self._call("PUT", f"vhosts/{self.vhost}", description=words)
        self._call("PUT", f"permissions/{self.vhost}/{user}", configure=".*", write=".*", read=".*")
        self._connection = pika.BlockingConnection(pika.URLParameters(self.url))
        self.say("vhost", name=self.vhost)

    def open_database(self) -> None:
        """Make an empty schema, with the tables of outbox and inbox; Django uses it from here on. Raises NotReady."""
        from lab.experiments import database

        if not self._places.database:
            raise NotReady("this experiment needs a Postgres: LAB_DATABASE_URL names none, see .env.sample")
        self.database, self._schema = database.make(self._places.database, self.vhost.replace(".", "_"))

    def start(self, work: Callable[..., object], *arguments: Any) -> Any:
        """A process that does `work`."""
        return self.processes.start(work, *arguments)

    def kill(self, process: Any) -> None:
        """End it as `kill -9` does."""
        self.processes.kill(process)

    def cable(self) -> Cable:
        """A way to the broker that can be cut."""
        return Cable(self.processes, self.url)

    def channel(self) -> BlockingChannel:
        """A channel of the experiment itself."""
        return self._connection.channel()

    def depth(self, queue: str) -> int:
        """How many messages wait in it."""
        return int(self.channel().queue_declare(queue, passive=True).method.message_count)

    def readers(self, queue: str) -> int:
        """How many consumers read it; 0 where there is no such queue yet."""
        try:
            return int(self.channel().queue_declare(queue, passive=True).method.consumer_count)
        except pika.exceptions.ChannelClosedByBroker:
            return 0

    def wait(self, is_so: Callable[[], object], seconds: float = PATIENCE) -> bool:
        """Wait until it is so; whether it was in that time."""
        deadline = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > deadline:
                return False
            self._connection.process_data_events(0.02)
        return True

    def wait_for_readers(self, queue: str, number: int) -> None:
        """Wait until so many consumers read it. Raises NotReady."""
        if not self.wait(lambda: self.readers(queue) == number):
            raise NotReady(f"{number} consumers should read {queue}, there are {self.readers(queue)}")

    def wait_for_rest(self, kind: str, still_for: float = 1.0, seconds: float = PATIENCE, **facts: Any) -> None:
        """Wait until no more notes of this kind come: for those of whom nobody knows how many there will be."""
        seen, since, deadline = -1, time.monotonic(), time.monotonic() + seconds
        while time.monotonic() < min(since + still_for, deadline):
            if (number := len(self.notes.of(kind, **facts))) != seen:
                seen, since = number, time.monotonic()
            self._connection.process_data_events(0.05)

    def _forget_what_was_left(self) -> None:
        """Remove virtual hosts of experiments that were ended before they could clean up."""
        for each in self._call("GET", "vhosts?columns=name,description").json():
            _, _, until = str(each.get("description", "")).rpartition(" until ")
            if each["name"].startswith(PREFIX) and until.isdigit() and int(until) < time.time():
                self._call("DELETE", f"vhosts/{quote(each['name'])}")

    def _call(self, method: str, path: str, **body: str) -> requests.Response:
        there = urlsplit(self._places.amqp)
        login = (there.username or "guest", there.password or "guest")
        answer = requests.request(
            method, f"{self._places.management}/api/{path}", json=body or None, auth=login, timeout=15
        )
        answer.raise_for_status()
        return answer
