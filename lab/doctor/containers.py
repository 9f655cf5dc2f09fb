"""Rules about compose files, Dockerfiles and requirements."""

import re
from collections.abc import Iterator
from typing import Any

from lab.doctor.hazard import Place, hazard
from lab.doctor.program import Program

PROCESS = re.compile(r"consumer|poll|subscriber|worker|mailer|workflow")
SERVERS = ("5432", "5672", "25", "1025")  # of a database, a broker, a mail server


@hazard(
    "image-without-a-version",
    "A build some months from now gets another version, and fails without any change of yours.",
    "Name the version: python:3.13-slim, postgres:17, rabbitmq:4-management.",
)
def image_without_a_version(program: Program) -> Iterator[Place]:
    for file in program.dockerfiles:
        for number, line in enumerate(file.lines, 1):
            if re.match(r"FROM\s+(--\S+\s+)?(python|node)(:(latest|\d|slim|alpine))?(\s|$)", line, re.IGNORECASE):
                yield file.path, number
    for compose in program.compose:
        for name, service in compose.services():
            image = str(service.get("image", ""))
            if re.match(r"^(postgres|rabbitmq|node|python)(:(latest|alpine|management))?$", image):
                yield compose.path, compose.line_of(image, f"{name}:")


@hazard(
    "old-django-on-a-new-python",
    "Django before 4.2 imports modules that Python 3.13 does not have any more (cgi): a fresh build cannot start.",
    "Use Django 5.2, and name the Python version in the Dockerfile.",
)
def old_django_on_a_new_python(program: Program) -> Iterator[Place]:
    newest = any(
        re.match(r"FROM\s+python(:(3|latest|3\.1[3-9])(-|\s|$)|\s|$)", line, re.IGNORECASE)
        for file in program.dockerfiles
        for line in file.lines
    )
    for file in program.requirements if newest else ():
        for number, line in enumerate(file.lines, 1):
            if re.match(r"django==([123]\.|4\.[01](\D|$))", line.strip(), re.IGNORECASE):
                yield file.path, number


@hazard(
    "not-started-again",
    "When this process ends, by an error or because RabbitMQ was not there yet, it stays away.",
    "Give the service `restart: unless-stopped`.",
)
def not_started_again(program: Program) -> Iterator[Place]:
    services = [(file, *service) for file in program.compose for service in file.services()]
    restarting = {name for _, name, service in services if _restarts(service)}  # one file may lie on top of another
    for file, name, service in services:
        is_process = PROCESS.search(f"{name} {service.get('command', '')}") and service.keys() & {"build", "image"}
        if is_process and name not in restarting and "profiles" not in service:
            yield file.path, file.line_of(f"{name}:")


@hazard(
    "waits-for-the-start-only",
    "depends_on waits until the container has started, not until RabbitMQ or the database takes connections.",
    "Give that service a healthcheck, and write depends_on with condition: service_healthy; connect again on failure.",
)
def waits_for_the_start_only(program: Program) -> Iterator[Place]:
    for file in program.compose:
        images = {name: str(service.get("image", "")) for name, service in file.services()}
        for name, service in file.services():
            needed = service.get("depends_on")
            if isinstance(needed, list) and any(re.match("rabbitmq|postgres", images.get(str(n), "")) for n in needed):
                yield file.path, file.line_of("depends_on", f"{name}:")


@hazard(
    "data-without-a-volume",
    "With the container all data are gone, or all messages that wait in durable queues.",
    "Mount a named volume at its data folder; for RabbitMQ give the service a fixed hostname too.",
)
def data_without_a_volume(program: Program) -> Iterator[Place]:
    for file in program.compose:
        for name, service in file.services():
            if re.match(r"(postgres|rabbitmq)(:|$)", str(service.get("image", ""))) and not service.get("volumes"):
                yield file.path, file.line_of(f"{name}:")


@hazard(
    "broker-without-a-page",
    "Nobody can see queues, consumers or what waits.",
    "Use an image with -management, and publish port 15672 on 127.0.0.1.",
)
def broker_without_a_page(program: Program) -> Iterator[Place]:
    for file in program.compose:
        for name, service in file.services():
            image = str(service.get("image", ""))
            if (
                re.match(r"rabbitmq(:|$)", image)
                and "management" not in image
                and "enabled_plugins" not in str(service)
            ):
                yield file.path, file.line_of(image, f"{name}:")


@hazard(
    "mail-catcher-that-is-no-longer-kept",
    "This image has had no release for years and has none for ARM: it does not start, or is slow, on newer Macs.",
    "Use maildev/maildev:2.2.1.",
)
def mail_catcher_that_is_no_longer_kept(program: Program) -> Iterator[Place]:
    for file in program.compose:
        for name, service in file.services():
            image = str(service.get("image", ""))
            if re.search(r"mailhog|djfarrelly/maildev|schickling/mailcatcher", image):
                yield file.path, file.line_of(image, f"{name}:")


@hazard(
    "server-open-to-the-network",
    "Everybody on this network reaches the port, and a database of your own on the same port stops the start.",
    "Leave the port out (containers reach each other without), or write 127.0.0.1: before it.",
)
def server_open_to_the_network(program: Program) -> Iterator[Place]:
    for file in program.compose:
        for name, service in file.services():
            for port in service.get("ports") or ():
                if re.match(rf"^\d+:({'|'.join(SERVERS)})$", str(port)):
                    yield file.path, file.line_of(str(port), f"{name}:")


@hazard(
    "carriage-returns-in-a-script",
    "A script with Windows line endings does not start in a container: `no such file or directory`.",
    "Save it with LF, and add `* text=auto eol=lf` to .gitattributes.",
)
def carriage_returns_in_a_script(program: Program) -> Iterator[Place]:
    for path in program.scripts:
        if b"\r\n" in path.read_bytes():
            yield path, 1


def _restarts(service: dict[str, Any]) -> bool:
    return service.get("restart", "no") not in ("no", False) or "restart_policy" in str(service.get("deploy"))
