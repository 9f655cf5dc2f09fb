"""Which history of the monolith's database the copies follow.

After a restore the monolith gives revisions and numbers a second time, under a later epoch. The first record of one
tells that those before are over: what is still said in their name changes no copy any more. A record of epoch 0 comes
from a writer that counts none; it changes only a copy of epoch 0.
"""

import re
from collections.abc import Mapping, Sequence

from django.db import connection, transaction
from django.db.models import F
from django.dispatch import Signal

from attendees.models import AccountVO, ConferenceVO, Epoch, Observation
from attendees.records import Revised
from contracts.messages import LARGEST

HEADER = "Epoch"  # of answers, and of what a poller hands on
SOURCE = "monolith"
AGAIN, UNDER_WAY = -1, -2  # of `compared`, in place of an epoch
DOUBTED = -1  # the epoch of a copy that any record replaces
begun = Signal()  # a later epoch was heard of, and that is committed

# In a statement about records: those that are not of an epoch that is over.
NOT_OVER = "(record.epoch = 0 OR record.epoch >= coalesce((SELECT max(number) FROM attendees_epoch), 0))"

HEAR = """
    INSERT INTO attendees_epoch AS known (source, number, compared)
    SELECT %(source)s, %(number)s, 0 WHERE %(number)s > coalesce((SELECT max(number) FROM attendees_epoch), 0)
    ON CONFLICT (source) DO UPDATE SET number = excluded.number WHERE known.number < excluded.number
"""


def read_epoch(headers: Mapping[str, str]) -> int:
    """The epoch that the headers name; 0 where they name none. Raises ValueError."""
    epoch = headers.get(HEADER, "0")
    if not re.fullmatch(r"[0-9]{1,16}", epoch) or int(epoch) > LARGEST:
        raise ValueError(f"{HEADER}: {epoch[:40]!r} is none, which is a whole number up to {LARGEST}")
    return int(epoch)


def record_latest(records: Sequence[Revised]) -> None:
    """Know the latest epoch of these records, in the transaction that applies them."""
    latest = max((record.epoch for record in records), default=0)
    if not latest:
        return
    with connection.cursor() as cursor:
        cursor.execute(HEAR, {"source": SOURCE, "number": latest})
        if cursor.rowcount:
            Observation.objects.all().delete()  # they measured another history
            transaction.on_commit(lambda: begun.send(Epoch))


@transaction.atomic
def begin_comparison(number: int) -> None:
    """A comparison of everything begins, with the source's own word for its epoch. Copies of a later one are doubted:
    a message made it up, or told of another restore, by a clock that was ahead."""
    for model in (AccountVO, ConferenceVO):
        model.objects.filter(epoch__gt=number).update(epoch=DOUBTED)
    if number or Epoch.objects.exists():
        Epoch.objects.update_or_create(source=SOURCE, defaults={"number": number, "compared": UNDER_WAY})


def end_comparison() -> None:
    """It ended. Where something was left out meanwhile, the next one is of everything too."""
    Epoch.objects.filter(source=SOURCE, compared=UNDER_WAY).update(compared=F("number"))


def is_compared() -> bool:
    """Whether everything was compared since this epoch began, and nothing was left out."""
    return not Epoch.objects.filter(source=SOURCE).exclude(compared=F("number")).exists()


def compare_again() -> None:
    """Something was left out: the next comparison is to be of everything."""
    Epoch.objects.update_or_create(source=SOURCE, defaults={"compared": AGAIN})
