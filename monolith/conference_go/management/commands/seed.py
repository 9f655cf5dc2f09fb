import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from accounts.models import Account
from events import actions as events
from events.models import Conference, Location, State
from presentations import actions as presentations
from presentations.models import Presentation

SEED_LOCK = 0x73656564  # "seed": any number, the same for all who seed one database

LOCATIONS = [
    ("Moscone Center", "San Francisco", "CA", 30),
    ("Ernest N. Morial Convention Center", "New Orleans", "LA", 40),
    ("Hynes Convention Center", "Boston", "MA", 20),
    ("Austin Convention Center", "Austin", "TX", 25),
]
CONFERENCES = [
    ("Brokers and Queues", 40, "How messages find their way."),
    ("Poll or Push", 90, "Two ways to hear the news, measured."),
    ("Nothing Lost", 150, "What it takes to keep a promise."),
]
PEOPLE = [
    ("Ada", "Lovelace"), ("Alan", "Turing"), ("Barbara", "Liskov"),
    ("Edsger", "Dijkstra"), ("Grace", "Hopper"), ("Leslie", "Lamport"),
]  # fmt: skip
TALKS = [
    "Exchanges by example", "One queue, many workers", "The letter that came twice", "Confirms in a window",
    "Asking again and again", "A cursor that skips nothing", "Not modified", "The price of fresh news",
    "Outbox and inbox", "Dead letters, live people", "Late news", "Crash here, please",
]  # fmt: skip


class Command(BaseCommand):
    help = "Fills the database with an organiser and examples; what is there already stays as it is."

    @transaction.atomic
    def handle(self, *_args: Any, **_options: Any) -> None:
        """All of it or nothing; of several seeds at once, one works and the others find its rows."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEED_LOCK])
        self._organiser()
        for first, last in PEOPLE:
            _account(f"{first}.{last}".lower(), first_name=first, last_name=last)
        locations = [_location(*facts) for facts in LOCATIONS]
        conferences = [_conference(*facts, locations[n]) for n, facts in enumerate(CONFERENCES)]
        for n, title in enumerate(TALKS):
            _presentation(title, conferences[n // 4], PEOPLE[n % len(PEOPLE)], n % 4)
        self.stdout.write("The database has its examples.")

    def _organiser(self) -> None:
        if Account.objects.filter(username="organiser").exists():
            return
        password = settings.ORGANISER_PASSWORD or secrets.token_urlsafe(12)
        Account.objects.create_superuser("organiser", "organiser@conference.go", password)
        if settings.ORGANISER_PASSWORD:
            words = "Log in as organiser with the password of ORGANISER_PASSWORD."
        else:
            words = f"Log in as organiser with the password {password} (it is not shown again)."
        transaction.on_commit(lambda: self.stdout.write(words))


def _account(username: str, **names: str) -> None:
    if not Account.objects.filter(username=username).exists():
        # No usable password: nobody can log in as an example.
        Account.objects.create_user(username, f"{username}@example.com", None, **names)


def _location(name: str, city: str, state: str, rooms: int) -> Location:
    state_row = State.objects.get(abbreviation=state)
    facts = {"city": city, "state": state_row, "room_count": rooms}
    return Location.objects.get_or_create(name=name, defaults=facts)[0]


def _conference(name: str, days: int, description: str, location: Location) -> Conference:
    starts = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=days)
    return Conference.objects.filter(name=name).first() or events.save(
        Conference(
            name=name,
            starts=starts,
            ends=starts + timedelta(days=2),
            description=description,
            max_presentations=20,
            max_attendees=200,
            location=location,
        )
    )


def _presentation(title: str, conference: Conference, person: tuple[str, str], place: int) -> None:
    """Of four talks the first is accepted, the second turned down: really, with a letter each."""
    if Presentation.objects.filter(title=title, conference=conference).exists():
        return
    first, last = person
    talk = presentations.offer(
        title=title,
        conference=conference,
        presenter_name=f"{first} {last}",
        presenter_email=f"{first}.{last}@example.com".lower(),
        synopsis=f"{title}: what we tried, and what came of it.",
    )
    if place < 2:
        (presentations.approve if place == 0 else presentations.reject)(talk.pk)
