"""Run Conference GO without a container engine.

up                    start everything that does not run yet, and wait until it is healthy
down                  stop everything
ps                    what runs, where it answers, and what it is for
status                a line for each process, for programs
logs [SERVICE] [-f]   what was logged; -f goes on showing
start|stop SERVICE…   all of these at once
scale presentation_workflow N
run SERVICE COMMAND…  with the settings of a service, e.g. run monolith python monolith/manage.py shell
pg_dump|pg_restore|psql DATABASE OPTION…   of Postgres, on one of its databases
broker                where the running application's RabbitMQ is
lone-broker           a RabbitMQ and nothing else, until Ctrl-C; nothing of it stays
exec COMMAND…         with a private Postgres and RabbitMQ for tests, which are gone afterwards
rabbitmq, database    one of them in the foreground, as supervisor starts it
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from types import FrameType

from native import installation, obstacles, places, postgres, rabbitmq, stack

EXPECTED = (
    stack.StackError,
    places.PortTaken,
    postgres.PostgresEnded,
    rabbitmq.RabbitMQEnded,
    installation.RabbitMQMissing,
    obstacles.Obstacle,
)


def main(arguments: list[str]) -> int:
    """Do what the arguments say; the exit status."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _end)
    match arguments:
        case ["-h" | "--help" | "help"] | [_, "-h" | "--help"]:
            _print(__doc__ or "")
        case ["up"]:
            stack.up()
        case ["down"]:
            stack.down()
        case ["ps"]:
            _print(stack.show())
        case ["status"]:
            _print(stack.status())
        case ["logs", *names, "-f"] if len(names) < 2:
            stack.follow("".join(names))
        case ["logs", *names] if len(names) < 2:
            _print(stack.show_logs("".join(names)))
        case ["start", *names] if names:
            stack.start(*names)
        case ["stop", *names] if names:
            stack.stop(*names)
        case ["scale", name, number] if number.isdigit():
            stack.scale(name, int(number))
        case ["run", name, *command] if command:
            return stack.run_in(name, command)
        case ["pg_dump" | "pg_restore" | "psql" as program, database, *options]:
            return postgres.run(places.run_dir() / "postgres", program, database, options)
        case ["exec", *command] if command:
            return _with_test_services(command)
        case ["rabbitmq"]:
            _serve_rabbitmq()
        case ["lone-broker"]:
            _serve_rabbitmq_alone()
        case ["database"]:
            postgres.serve(places.run_dir() / "postgres")
        case ["broker"]:
            _print(places.environment()["RABBITMQ_URL"])
        case _:
            _print(__doc__ or "")
            return 2
    return 0


def _serve_rabbitmq() -> None:
    wanted = places.environment()
    node = rabbitmq.RabbitMQ(
        places.run_dir() / "rabbitmq",
        int(wanted["RABBITMQ_PORT"]),
        int(wanted["RABBITMQ_MANAGEMENT_PORT"]),
        int(wanted["EPMD_PORT"]),
    )
    try:
        node.start(output=sys.stdout.fileno())
        raise rabbitmq.RabbitMQEnded(f"RabbitMQ ended by itself with {node.wait()}")
    finally:
        node.stop()


def _serve_rabbitmq_alone() -> None:
    folder = Path(tempfile.mkdtemp(prefix="cogo-broker-"))
    node = rabbitmq.RabbitMQ(folder, *places.of_lone_broker())
    try:
        node.start()
        _print(f"RabbitMQ is there. Its page: {node.management_url} (guest/guest). Ctrl-C ends it.")
        with suppress(KeyboardInterrupt):
            node.wait()
    finally:
        node.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _with_test_services(command: list[str]) -> int:
    folder = Path(tempfile.mkdtemp(prefix="cogo-tests-"))
    folder.chmod(0o711)  # as root, Postgres runs as another user
    database, broker = postgres.Postgres(folder / "postgres"), rabbitmq.ForTests(folder / "rabbitmq")
    try:
        obstacles.look_for(folder)
        database.start()
        broker.start()
        variables = {
            "TEST_DATABASE_URL": database.url("postgres", "postgres"),
            "TEST_RABBITMQ_URL": broker.url,
            "TEST_RABBITMQ_MANAGEMENT_URL": broker.management_url,
            "LARGEST_MESSAGE": str(broker.LARGEST),
        }
        return subprocess.run(command, env={**os.environ, **variables}, check=False).returncode  # noqa: S603
    finally:
        broker.stop()
        database.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _end(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _print(text: str) -> None:
    print(text.rstrip("\n"))  # noqa: T201


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except EXPECTED as error:
        sys.exit(f"native: {error}")
    except OSError as error:
        if not obstacles.is_full(error):
            raise
        sys.exit(f"native: the disk is full ({error.filename or places.run_dir()}). {obstacles.ELSEWHERE}")
    except KeyboardInterrupt:
        sys.exit(130)
