"""The application on a stage of its own: databases, a virtual host, a mail server, processes, load, and the verdict."""

import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import psycopg2

from native.rabbitmq import free_port
from tests.faults.broker import USER, Node
from tests.faults.checker import DRAINED_WITHIN, Checker
from tests.faults.database import Database
from tests.faults.driver import Driver, Load
from tests.faults.mail_server import MailServer
from tests.faults.network import Machine
from tests.faults.patience import until
from tests.faults.processes import Process
from tests.faults.results import Result

WORKERS = 2
DEAD_LETTERS = ("workflow.dead_letters", "attendees.dead_letters", "monolith.dead_letters")
SERVICES = {
    "relay": "monolith",
    "worker": "workflow",
    "workflow_relay": "workflow",
    "subscriber": "attendees",
    "notified": "monolith",
    "web": "monolith",
    "dead_letters": "workflow",
    "attendees_web": "attendees",
    "poller": "attendees",
}


# With DEBUG=1 Django remembers every statement, and memory would seem to leak.
AS_DEPLOYED = {"DEBUG": "0", "SECRET_KEY": secrets.token_urlsafe(60), "SERVICE_TOKEN": secrets.token_urlsafe(60)}


class Stage:
    """Every process of the application that messages pass through, with two workers.

    A test hurts something while a load runs, and then calls `settle`.
    """

    settings: ClassVar[dict[str, str]] = AS_DEPLOYED

    def __init__(self, broker: Node, database: Database, folder: Path, seed: int) -> None:
        self.broker, self.database, self.seed = broker, database, seed
        self.vhost = self.fresh_vhost()
        self.urls = database.create(self.suffix)
        self.address = database.listens or "127.0.0.1"  # where other machines reach our servers, if there are any
        self.mail = MailServer(self.address)
        self.mail.start()
        self.checker = Checker(database, self.suffix, self.mail.script)
        self.driver = Driver(self.urls["monolith"])
        self.web_port = free_port()
        self._folder = folder
        self.extra: list[Process] = []
        self.relay = self.process("relay", 0)
        self.workers = [self.process("worker", number) for number in range(WORKERS)]
        self.workflow_relay = self.process("workflow_relay", 0)
        self.subscriber = self.process("subscriber", 0)
        self.notified = self.process("notified", 0)
        for each in self.processes:
            each.start()
        for each in self.processes:
            each.wait_ready()

    def fresh_vhost(self) -> str:
        """The virtual host that this stage has to itself."""
        return self.broker.create_vhost()

    @property
    def suffix(self) -> str:
        """What the names of its databases end with."""
        return self.vhost

    @property
    def processes(self) -> list[Process]:
        """Those that always run, and those that the present test started besides."""
        always = [self.relay, *self.workers, self.workflow_relay, self.subscriber, self.notified]
        return [*always, *self.extra]

    @property
    def broker_url(self) -> str:
        """Where the processes connect, unless told otherwise."""
        return f"{self.broker.url.replace('guest:guest', USER)}{self.vhost}"

    def process(self, kind: str, number: int) -> Process:
        """One of the application's commands, with this stage's settings; not started."""
        service = SERVICES[kind]
        env = {
            **self.settings,
            "PYTHONUNBUFFERED": "1",
            "DATABASE_URL": self.urls[service],
            "RABBITMQ_URL": self.broker_url,
            "EMAIL_HOST": self.address,
            "EMAIL_PORT": str(self.mail.port),
            "EMAIL_TIMEOUT": "3",
            # Nobody answers there unless a test starts a "web": copies must converge by messages alone.
            "MONOLITH_URL": self.web_url,
            "WEB_PORT": str(self.web_port),
            "WEB_WORKERS": "1",
            "NOTIFY_TIMEOUT": "600",
        }
        return Process(kind, number, self._folder, env)

    def move(self, process: Process, machine: Machine) -> None:
        """Start it again on another machine; returns once it is ready there."""
        service = SERVICES[process.kind]
        process.move(
            machine.enter,
            DATABASE_URL=f"postgres://{service}@{self.address}/{service}_{self.vhost}",
            RABBITMQ_URL=self.broker_url.replace("127.0.0.1", self.address),
            WEB_HOST=machine.address,
        )

    @property
    def web_url(self) -> str:
        """Where the monolith's pages are, if a test starts a "web"."""
        return f"http://127.0.0.1:{self.web_port}"

    def load(self, decisions: int = 150, changes: int = 150, seconds: float = 3.0) -> Load:
        """Begin to decide and to change accounts, evenly over `seconds`."""
        return self.driver.start(decisions, changes, seconds, self.seed)

    def settle(
        self,
        fault: str,
        load: Load,
        happened: str,
        cuts: int = 0,
        poison: int = 0,
        parked_letters: int = 0,
    ) -> Result:
        """Wait until everything is where it belongs, and check it; call it once the fault is over.

        `happened` is the proof of the fault, in words: an empty one fails the test. The rest is as for
        Verdict.check.
        """
        within = DRAINED_WITHIN[self.broker.size]
        seconds = self.drain(load, parked_letters)
        left = self._wait_for_empty_queues(poison)
        verdict = self.checker.look(load.presentations, load.ok)
        dead = [letter for queue in DEAD_LETTERS for letter in self.broker.take_all(self.vhost, queue)]
        verdict.parked = [properties.message_id for properties, _ in dead]
        verdict.check(cuts, poison, parked_letters)
        verdict.complaints += [f"A9 left in queues: {left}"] if left else []
        verdict.complaints += [] if happened else ["the fault did not happen"]
        verdict.complaints += [f"A8 {p.kind} ended" for p in self.processes if not p.is_running()]
        verdict.complaints += [f"A8 drained after {seconds:.1f} s, not {within:.0f}"] if seconds > within else []
        result = Result.of(fault, load, verdict, seconds, happened, self.seed)
        print(f"\n{result}")
        assert not verdict.complaints, verdict.complaints
        return result

    def drain(self, load: Load, parked_letters: int = 0) -> float:
        """The seconds until everything was where it belongs, or two minutes: longer than it may take."""
        began = time.monotonic()
        until(lambda: self._is_drained(load, parked_letters), 120)
        return time.monotonic() - began

    def reset(self) -> None:
        """Ready for the next test: usual mail, usual settings, nothing counted."""
        for each in self.extra:
            each.end()
        self.extra.clear()
        self.mail.forget()

    def end(self) -> None:
        """Nothing is left but the databases and logs in their folders."""
        for each in self.processes:
            each.end()
        self.driver.end()
        self.mail.stop()

    def _is_drained(self, load: Load, parked_letters: int) -> bool:
        with suppress(psycopg2.OperationalError):
            return self.checker.look(load.presentations, load.ok).is_drained(parked_letters)
        return False

    def _wait_for_empty_queues(self, poison: int) -> dict[str, int]:
        """What is left outside the dead letters once nothing moves any more; a doubled letter has its time to come."""
        deadline = time.monotonic() + 20
        while True:
            time.sleep(1.2)  # the broker counts twice a second
            waiting = self.broker.waiting(self.vhost)
            dead = sum(waiting.pop(queue, 0) for queue in DEAD_LETTERS)
            if (not waiting and dead == poison) or time.monotonic() > deadline:
                return waiting
