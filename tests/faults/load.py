"""Runs inside the monolith's own Django: decides about presentations and changes accounts, as it is told, and a
conference now and then.

One JSON object a line. In: {"decisions": 200, "changes": 100, "seconds": 3, "seed": 1}. Out: {"ready": …}
when the load begins, then one object with what became of each attempt. Started by `driver.Driver`.
"""

import json
import random
import sys
import time
import uuid
from datetime import UTC, datetime

import django

django.setup()

from django.db import DatabaseError, InterfaceError, connection  # noqa: E402

from accounts import actions as accounts  # noqa: E402 - Django must be set up first
from accounts.models import Account  # noqa: E402
from events import actions as events  # noqa: E402
from events.models import Conference, Location, State  # noqa: E402
from presentations import actions as decisions  # noqa: E402
from presentations.models import Presentation  # noqa: E402

ACCOUNTS = 10  # few, so that each changes often and order counts


def main() -> None:
    """Obey until the input ends."""
    for line in sys.stdin:
        print(json.dumps(load(**json.loads(line))), flush=True)


def load(decisions: int, changes: int, seconds: float, seed: int) -> dict:
    """Attempt that many of each, evenly over `seconds` and not for much longer, in an order made from `seed`."""
    conference = _conference()
    talks, people = _presentations(conference, decisions), _accounts(min(ACCOUNTS, changes))
    chance = random.Random(seed)
    steps = [(_decide, (pk, chance.random())) for pk in talks]
    steps += [(_change, (chance.choice(people), f"Name {n}", chance.random())) for n in range(changes)]
    steps += [(_plan, (conference.pk, n)) for n in range(changes // 10)]
    chance.shuffle(steps)
    begun = {"ready": True, "presentations": talks, "accounts": people, "attempted": len(steps)}
    print(json.dumps(begun), flush=True)
    done: dict = {"ok": [], "unknown": 0, "milliseconds": [], "attempted": 0}
    started = time.monotonic()
    for number, (step, arguments) in enumerate(steps):
        if time.monotonic() > started + 1.1 * seconds + 20:
            break  # this machine is too slow for so many
        done["attempted"] += 1
        time.sleep(max(0.0, started + seconds * number / len(steps) - time.monotonic()))
        _attempt(done, step, arguments)
    return done


def _attempt(done: dict, step, arguments: tuple) -> None:
    began = time.perf_counter()
    try:
        decided = step(*arguments)
    except (DatabaseError, InterfaceError):
        done["unknown"] += 1  # it may have been committed
        connection.close()
        time.sleep(0.1)  # else, behind its time, it would attempt all that is left while the database is away
    else:
        done["milliseconds"].append(round(1000 * (time.perf_counter() - began), 1))
        done["ok"] += [decided] if decided else []


def _decide(pk: int, chance: float) -> int:
    (decisions.approve if chance < 0.7 else decisions.reject)(pk)
    return pk


def _change(email: str, name: str, chance: float) -> None:
    if chance < 0.1:
        accounts.deactivate(email)
    else:
        accounts.change(email, first_name=name)


def _plan(pk: int, seats: int) -> None:
    events.change(pk, max_attendees=1 + seats)


def _conference() -> Conference:
    state = State.objects.first()
    place, _ = Location.objects.get_or_create(name="Here", defaults={"city": "X", "state": state, "room_count": 1})
    now = datetime.now(UTC)
    return Conference.objects.filter(name="Faults").first() or events.save(
        Conference(
            name="Faults", starts=now, ends=now, description="-", max_presentations=1, max_attendees=1, location=place
        )
    )


def _presentations(conference: Conference, number: int) -> list[int]:
    made = [
        Presentation(
            presenter_name="Ada",
            presenter_email=f"{uuid.uuid4().hex}@example.com",
            title=f"Talk {n}",
            synopsis="-",
            conference=conference,
        )
        for n in range(number)
    ]
    return [presentation.pk for presentation in Presentation.objects.bulk_create(made)]


def _accounts(number: int) -> list[str]:
    emails = [f"{uuid.uuid4().hex[:12]}@example.com" for _ in range(number)]
    for email in emails:
        Account.objects.create_user(email, email, None, first_name="New")
    return emails


if __name__ == "__main__":
    main()
