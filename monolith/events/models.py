from typing import Self

from django.db import models
from django.utils import timezone

from conference_go import epochs
from conference_go.epochs import MOST
from conference_go.transactions import CurrentTransaction


class State(models.Model):
    """A state of the USA, or DC."""

    name = models.CharField(max_length=40, unique=True)
    abbreviation = models.CharField(max_length=2, unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.abbreviation


class Location(models.Model):
    """Where conferences take place."""

    name = models.CharField(max_length=200)
    city = models.CharField(max_length=200)
    room_count = models.PositiveIntegerField()
    state = models.ForeignKey(State, on_delete=models.PROTECT, related_name="locations")
    picture_url = models.URLField(max_length=500, null=True, blank=True)  # noqa: DJ001 - the API says null
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def href(self) -> str:
        """Where the API has this location."""
        return f"/api/locations/{self.pk}/"


class Conference(models.Model):
    """Something that people attend and give presentations at.

    `revision` grows with each change that others are told of; `updated` is when that was, and `written_in` the
    transaction, by which the feed of changes is ordered.
    """

    name = models.CharField(max_length=200)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    description = models.TextField(blank=True, default="")
    max_presentations = models.PositiveIntegerField()
    max_attendees = models.PositiveIntegerField()
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="conferences")
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(editable=False)
    revision = models.PositiveBigIntegerField(default=0, editable=False)
    written_in = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        ordering = ("starts", "name", "id")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gte=models.F("starts")),
                name="ends_after_its_start",
                violation_error_message="A conference cannot end before it starts.",
            ),
            models.CheckConstraint(condition=models.Q(revision__gt=0), name="conference_has_a_revision"),
            models.CheckConstraint(condition=models.Q(revision__lte=MOST), name="conference_revision_in_bounds"),
        ]
        indexes = [models.Index("written_in", "id", name="conferences_as_written")]

    def __str__(self) -> str:
        return self.name

    @property
    def href(self) -> str:
        """Where the API has this conference."""
        return conference_href(self.pk)

    @property
    def epoch(self) -> int:
        """The history in which its revisions are counted, asked of the database each time."""
        return epochs.current()

    def become_next_revision(self) -> None:
        """Count a change. The caller holds the row's lock, so revisions are the order of commits, and saves."""
        self.revision += 1
        self.updated = timezone.now()
        self.written_in = CurrentTransaction()


class DeletedConference(models.Model):
    """What is left of a conference: the news that it is gone, for whoever asks later."""

    id = models.BigIntegerField(primary_key=True)
    updated = models.DateTimeField()
    revision = models.PositiveBigIntegerField()
    written_in = models.BigIntegerField(db_default=CurrentTransaction())

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(revision__gt=0), name="deletion_has_a_revision")]
        indexes = [models.Index("written_in", "id", name="deletions_as_written")]

    def __str__(self) -> str:
        return f"conference {self.pk}"

    @classmethod
    def of(cls, conference: Conference) -> Self:
        """For a conference at the revision of its deletion."""
        return cls(id=conference.pk, updated=conference.updated, revision=conference.revision)


def conference_href(pk: int) -> str:
    """Where the API has this conference."""
    return f"/api/conferences/{pk}/"
