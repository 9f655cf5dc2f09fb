import json
import logging
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import closing
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from messaging.connection import connect
from messaging.dead_letters import REPLAYED_DAYS, DeadLetter, DeadLetters
from messaging.holding import InOtherHands, hold
from messaging.shutdown import Stop
from messaging.topology import dead_letter_queue

log = logging.getLogger(__name__)


PAGE = 50  # lines
TOO_OLD = f"was published more than {REPLAYED_DAYS} days ago, so that nobody knows for certain whether it took effect"


class Command(BaseCommand):
    help = "What this service could not handle: list, show, replay, discard."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        listing = verbs.add_parser("list", help="a line for each")
        listing.add_argument("--type", default="", help="only messages of this type")
        listing.add_argument("--why", default="", help="only those whose reason contains this")
        listing.add_argument("--page", type=int, default=1, help=f"{PAGE} at a time, from the oldest on")
        showing = verbs.add_parser("show", help="all there is to know of one")
        showing.add_argument("id", help="a message id, or its last characters")
        replay = verbs.add_parser("replay", help="put back into the queue it came from, under the same id")
        replay.add_argument("ids", nargs="*", metavar="id")
        replay.add_argument("--all", action="store_true")
        discard = verbs.add_parser("discard", help="remove for good")
        discard.add_argument("ids", nargs="+", metavar="id")
        discard.add_argument("--why", required=True, help="for the log")

    def handle(self, *_args: Any, verb: str, **options: Any) -> None:
        name, queue = settings.SERVICE_NAME, dead_letter_queue(settings.SERVICE_NAME)
        with connect(settings.RABBITMQ_URL, f"{name} dead_letters", Stop()) as connection:
            settings.MESSAGING_TOPOLOGY.declare(connection)
            try:
                with hold(connection, queue), closing(connection.channel()) as channel:
                    getattr(self, f"_{verb}")(DeadLetters(channel, name), **options)
            except InOtherHands as error:
                raise CommandError(str(error)) from error

    def _list(self, letters: DeadLetters, type: str, why: str, page: int, **_: Any) -> None:
        chosen = (each for each in letters if type in ("", each.type) and why in str(each.note("why")))
        first = PAGE * max(0, page - 1)
        shown = 0
        for shown, each in enumerate(islice(chosen, first, first + PAGE), 1):  # noqa: B007
            columns = (f"{each.id:36}", f"{each.type:22}", f"{each.note('died_at'):25}", each.note("attempts"))
            self.stdout.write("  ".join(map(str, (*columns, each.note("why")))))
        if shown == PAGE and next(chosen, None):
            total = "" if type or why else f" of {letters.number}"
            self.stdout.write(f"{first + 1} to {first + PAGE}{total}; the next ones: list --page {page + 1}")
        else:
            self.stdout.write(f"{first + shown} dead letters of {settings.SERVICE_NAME}")

    def _show(self, letters: DeadLetters, id: str, **_: Any) -> None:
        for each in _found(letters, [id]):
            for name in ("from_queue", "died_at", "attempts", "why"):
                self.stdout.write(f"{name:11} {each.note(name)}")
            self.stdout.write(f"headers     {json.dumps(each.properties.headers or {}, default=str)}")
            self.stdout.write(f"{each.type} {each.id}\n{each.body.decode(errors='replace')}")

    def _replay(self, letters: DeadLetters, ids: list[str], all: bool, **_: Any) -> None:
        if all == bool(ids):
            raise CommandError("name the messages to replay, or --all of them")
        chosen = letters if all else _found(letters, ids)
        replayed, left = 0, []
        if not all and (without := [each.id for each in chosen if not each.note("from_queue")]):
            raise CommandError(f"{without[0]} says of no queue that it came from it: discard it")
        if not all and (old := [each.id for each in chosen if each.is_too_old]):
            raise CommandError(f"{old[0]} {TOO_OLD}: discard it")
        for each in chosen:
            if not each.note("from_queue"):
                left.append(f"left: {each.id} says of no queue that it came from it")
            elif each.is_too_old:
                left.append(f"left: {each.id} {TOO_OLD}")
            else:
                letters.replay(each)
                replayed += 1
        self.stdout.write("\n".join([f"{replayed} replayed", *left]))

    def _discard(self, letters: DeadLetters, ids: list[str], why: str, **_: Any) -> None:
        chosen = _found(letters, ids)
        for each in chosen:
            log.warning("discarded dead letter %s %s: %s", each.type, each.id, why)
            letters.discard(each)
        self.stdout.write(f"{len(chosen)} discarded")


def _found(letters: DeadLetters, ids: Sequence[str]) -> list[DeadLetter]:
    chosen: dict[int, DeadLetter] = {}
    for each, found in letters.find(ids).items():
        if not found:
            raise CommandError(f"no dead letter has an id that starts or ends with {each}; see: dead_letters list")
        if len({letter.id for letter in found}) > 1:
            raise CommandError(f"more than one message starts or ends with {each}: give more of its id")
        chosen |= {letter.tag: letter for letter in found}
    return list(chosen.values())
