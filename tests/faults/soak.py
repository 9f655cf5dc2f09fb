"""Faults in an order that chance decides, and what memory our processes had meanwhile."""

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress

from tests.faults.mail_server import HANG
from tests.faults.results import aligned
from tests.faults.stage import Stage

END_SESSIONS = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname LIKE '%%_' || %s"
SAMPLE = 2  # seconds between two looks at memory
WARM_AFTER = 10  # seconds a process has before it counts as grown up


def kill_a_worker(stage: Stage, chance: random.Random) -> None:
    worker = chance.choice(stage.workers)
    worker.kill()
    worker.start()


def stop_a_worker(stage: Stage, chance: random.Random) -> None:
    chance.choice(stage.workers).restart()


def kill_a_relay(stage: Stage, chance: random.Random) -> None:
    relay = chance.choice([stage.relay, stage.workflow_relay])
    relay.kill()
    relay.start()


def kill_a_subscriber(stage: Stage, chance: random.Random) -> None:
    subscriber = chance.choice([stage.subscriber, stage.notified])
    subscriber.kill()
    subscriber.start()


def kill_the_broker(stage: Stage, chance: random.Random) -> None:
    stage.broker.kill()
    time.sleep(chance.uniform(0, 2))
    stage.broker.start()


def stop_the_broker(stage: Stage, _chance: random.Random) -> None:
    stage.broker.control("stop_app")
    stage.broker.control("start_app")


def freeze_the_broker(stage: Stage, chance: random.Random) -> None:
    stage.broker.freeze()
    time.sleep(chance.uniform(1, 6))
    stage.broker.thaw()


def close_all_connections(stage: Stage, _chance: random.Random) -> None:
    stage.broker.control("close_all_connections", "--vhost", stage.vhost, "a fault test wants it")


def fill_the_brokers_memory(stage: Stage, chance: random.Random) -> None:
    stage.broker.control("set_vm_memory_high_watermark", "0")
    time.sleep(chance.uniform(1, 4))
    stage.broker.control("set_vm_memory_high_watermark", "0.6")


def crash_the_database(stage: Stage, _chance: random.Random) -> None:
    stage.database.crash()
    stage.database.start()


def end_all_database_sessions(stage: Stage, _chance: random.Random) -> None:
    stage.database.ask("postgres", END_SESSIONS, [stage.vhost])


def take_the_mail_server_away(stage: Stage, chance: random.Random) -> None:
    stage.mail.stop()
    time.sleep(chance.uniform(1, 4))
    stage.mail.start()


def hang_the_mail_server(stage: Stage, chance: random.Random) -> None:
    stage.mail.script.instead["RCPT"] = HANG
    time.sleep(chance.uniform(1, 4))
    stage.mail.behave()


# Each with the letters that it may leave in doubt: those that its victims had in hand.
FAULTS: dict[Callable[[Stage, random.Random], None], int] = {
    kill_a_worker: 1,
    stop_a_worker: 0,
    kill_a_relay: 0,
    kill_a_subscriber: 0,
    kill_the_broker: 0,
    stop_the_broker: 0,
    freeze_the_broker: 0,
    close_all_connections: 0,
    fill_the_brokers_memory: 0,
    crash_the_database: 2,
    end_all_database_sessions: 2,
    take_the_mail_server_away: 2,
    hang_the_mail_server: 0,
}


def hurt(stage: Stage, seconds: float) -> Counter[Callable]:
    """One fault after the other, of each kind before any kind again, for so long; how many there were of each."""
    chance = random.Random(stage.seed)
    deadline = time.monotonic() + seconds
    done: Counter[Callable] = Counter()
    while True:
        for fault in chance.sample(list(FAULTS), len(FAULTS)):
            time.sleep(chance.uniform(1, 4))
            if time.monotonic() > deadline:
                return done
            fault(stage, chance)
            done[fault] += 1


class Memory(threading.Thread):
    """Looks at the memory of all processes every other second, while its `with` lasts."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(name="memory", daemon=True)
        self._stage = stage
        self._over = threading.Event()
        self._seen: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))  # name → pid → MiB

    def __enter__(self) -> "Memory":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        """Until the `with` ends."""
        while not self._over.wait(SAMPLE):
            for process in self._stage.processes:
                with suppress(OSError, AttributeError):  # it is being killed or started right now
                    self._seen[process.name][process.pid].append(process.memory())

    def growth(self) -> dict[str, float]:
        """By how many MiB a process became larger than it was once warm, at most."""
        warm = WARM_AFTER // SAMPLE
        lives = {name: [life[warm:] for life in pids.values() if len(life) > warm] for name, pids in self._seen.items()}
        return {name: max((max(life) - life[0] for life in each), default=0.0) for name, each in lives.items()}

    def as_markdown(self) -> str:
        """A line for each process."""
        rows = [["memory of", "started", "first MiB", "last MiB", "most MiB", "grown MiB"]]
        growth = self.growth()
        for name, pids in self._seen.items():
            samples = [mib for life in pids.values() for mib in life]
            figures = (samples[0], samples[-1], max(samples), growth[name])
            rows.append([name, str(len(pids)), *[f"{figure:.1f}" for figure in figures]])
        return aligned(rows)
