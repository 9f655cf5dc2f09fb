"""Changes conferences by the monolith's own actions, in a process with its settings."""

import sys
from datetime import timedelta
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).parents[2] / "monolith"))
django.setup()

from django.utils import timezone  # noqa: E402 - Django must be set up first

from events import actions  # noqa: E402
from events.models import Conference, Location, State  # noqa: E402


class Actions:
    """What the monolith's views call, without HTTP."""

    def __init__(self) -> None:
        self._place = Location.objects.first() or actions.add_location(
            name="Race", city="Race", room_count=1, state=State.objects.first()
        )

    def add(self) -> tuple[int, int, float]:
        """A new conference: its number, revision and time."""
        now = timezone.now()
        plan = Conference(
            name="Race", starts=now + timedelta(days=30), ends=now + timedelta(days=31), description="-",
            max_presentations=1, max_attendees=1, location=self._place,
        )  # fmt: skip
        made = actions.save(plan)
        return made.pk, made.revision, made.updated.timestamp()

    def change(self, conference: int, places: int) -> tuple[int, float]:
        """The new revision, and its time."""
        changed = actions.change(conference, max_attendees=places)
        return changed.revision, changed.updated.timestamp()

    def delete(self, conference: int) -> None:
        """Gone for good."""
        actions.delete(conference)


def backend() -> Actions:
    """For the writer."""
    return Actions()
