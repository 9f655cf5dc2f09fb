from argparse import ArgumentParser
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import CharField
from django.db.models.functions import Cast
from django.utils import timezone

from messaging.inbox.management.commands.forget_receipts import LEAST_DAYS as KEPT_DAYS
from presentation_mailer.models import Letter, NotHeld, State


class Command(BaseCommand):
    help = "Letters of which nobody knows whether they went out: what does the mail server's log say? And old ones."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("held", help="a line for each")
        verbs.add_parser("forget", help=f"remove the receipts of those sent more than {KEPT_DAYS} days ago")
        for verb, meaning in (("arrived", "the mail server took them"), ("missing", "it never did")):
            settling = verbs.add_parser(verb, help=f"{meaning}; then replay their dead letters")
            settling.add_argument("ids", nargs="+", metavar="id", type=UUID)

    def handle(self, *_args: Any, verb: str, ids: tuple[UUID, ...] = (), **_options: Any) -> None:
        if verb == "held":
            self._list()
        elif verb == "forget":
            self._forget()
        else:
            self._settle(ids, arrived=verb == "arrived")

    def _list(self) -> None:
        held = Letter.objects.filter(state=State.HELD).order_by("created_at")
        for letter in held:
            self.stdout.write(f"{letter.message_id}  {letter.created_at:%Y-%m-%d %H:%M:%S}  {letter.recipient}")
        self.stdout.write(f"{len(held)} letters are held")

    def _forget(self) -> None:
        old = Letter.objects.filter(state=State.SENT, sent_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))
        number, _ = old.annotate(words=Cast("message_id", CharField())).filter(words__regex="^.{14}7").delete()
        self.stdout.write(f"{number} letters forgotten")

    @transaction.atomic
    def _settle(self, ids: tuple[UUID, ...], arrived: bool) -> None:
        for id_ in ids:
            try:
                letter = Letter.objects.select_for_update().get(pk=id_)
                letter.settle(arrived)
            except (Letter.DoesNotExist, NotHeld) as error:
                raise CommandError(f"{id_}: {error}") from error
            letter.save(update_fields=["state", "sent_at"])
        self.stdout.write(f"{len(ids)} settled; now replay them: dead_letters replay")
