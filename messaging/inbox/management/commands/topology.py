from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from pika.adapters.blocking_connection import BlockingConnection

from messaging.connection import connect
from messaging.declaring import declare, readers
from messaging.holding import InOtherHands
from messaging.migrating import StillRead, migrate, spare
from messaging.shutdown import Stop
from messaging.topology import Declaration, Queue, dead_letter_queue

UNFINISHED = "moving it was interrupted: migrate goes on with it"


class Command(BaseCommand):
    help = "The queues of this service: which have other arguments than this version asks for, and to change that."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("check", help="a line for each queue; makes what is missing; fails where one differs")
        migrating = verbs.add_parser("migrate", help="make anew those that differ, with all that waits in them")
        migrating.add_argument("names", nargs="*", metavar="queue", help="these only")

    def handle(self, *_args: Any, verb: str, names: tuple[str, ...] = (), **_options: Any) -> None:
        with connect(settings.RABBITMQ_URL, f"{settings.SERVICE_NAME} topology", Stop()) as connection:
            settings.MESSAGING_TOPOLOGY.declare(connection)
            wanted = {each.name: each for each in settings.MESSAGING_TOPOLOGY.declarations() if each.name in _own()}
            if unknown := set(names) - set(wanted):
                raise CommandError(f"no queue of {settings.SERVICE_NAME}: {', '.join(sorted(unknown))}; see: check")
            differing = {name: refused for name in wanted if (refused := _difference(connection, wanted[name]))}
            if verb == "check":
                self._check(wanted, differing)
            else:
                self._migrate(connection, [wanted[each] for each in names or [*wanted] if each in differing])

    def _check(self, wanted: dict[str, Declaration], differing: dict[str, str]) -> None:
        for name in wanted:
            self.stdout.write(f"{name:40} {differing.get(name, 'as this version asks for')}")
        if differing:
            raise CommandError(
                f"{len(differing)} differ. They work as they are; to change them: topology migrate,"
                " as docs/how-to/change-a-queues-arguments.md says"
            )

    def _migrate(self, connection: BlockingConnection, chosen: list[Declaration]) -> None:
        for each in chosen:
            try:
                moved = migrate(connection, each, _own()[each.name])
            except (StillRead, InOtherHands) as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{each.name} is as this version asks for; {moved} messages moved")
        settings.MESSAGING_TOPOLOGY.declare(connection)
        if not chosen:
            self.stdout.write("nothing differs")


def _own() -> dict[str, Queue | None]:
    """Names of this service's queues, with the queue whose readers use it by its name. Dead letters come by an
    exchange, and no process reads them."""
    own = [each for each in settings.MESSAGING_TOPOLOGY.queues if each.owner == settings.SERVICE_NAME]
    by_name: dict[str, Queue | None] = {name: each for each in own for name in (each.name, each.retry)}
    return {dead_letter_queue(settings.SERVICE_NAME): None} | by_name


def _difference(connection: BlockingConnection, wanted: Declaration) -> str:
    is_unfinished = readers(connection, spare(wanted.name)) is not None
    return declare(connection, wanted.name, wanted.make) or (UNFINISHED if is_unfinished else "")
