"""Who attends, and what this service knows of conferences and accounts, which belong to the monolith."""

from django.db import models
from django.db.models.functions import Lower

from attendees.refusals import ConferenceFull, UnknownConference
from web.addresses import AddressField


class ConferenceVO(models.Model):
    """A copy of the monolith's conference, under the monolith's own number.

    A deleted one leaves this row as a tombstone: late news must not bring it back, and its attendees
    stay findable. Written by `copies` only.
    """

    id = models.BigIntegerField(primary_key=True)
    name = models.TextField()
    starts = models.DateTimeField(null=True, help_text="Null when it was deleted before we ever knew it.")
    ends = models.DateTimeField(null=True)
    max_attendees = models.BigIntegerField()
    revision = models.BigIntegerField(help_text="Which state of the original this is; only ever grows.")
    epoch = models.BigIntegerField(db_default=0, help_text="In which history it got its revision; 0 for unknown.")
    updated = models.DateTimeField(help_text="When the original was changed, not when the copy was.")
    deleted = models.BooleanField(default=False)

    class Meta:
        verbose_name = "copy of a conference"
        verbose_name_plural = "copies of conferences"

    def __str__(self) -> str:
        return self.name

    @property
    def import_href(self) -> str:
        """Where the original is, on the monolith."""
        return conference_href(self.id)

    def must_be_live(self) -> None:
        """Raises UnknownConference once it was deleted."""
        if self.deleted:
            raise UnknownConference(self.id)

    def must_seat(self, attendees: int) -> None:
        """Raises ConferenceFull when it has fewer seats than that."""
        if attendees > self.max_attendees:
            raise ConferenceFull(self.name, self.max_attendees)


class AccountVO(models.Model):
    """A copy of the monolith's account. A closed one stays, inactive, so that late news does not revive it."""

    email = models.EmailField(primary_key=True, max_length=320, help_text="In lower case.")
    first_name = models.TextField(blank=True)
    last_name = models.TextField(blank=True)
    is_active = models.BooleanField()
    revision = models.BigIntegerField()
    epoch = models.BigIntegerField(db_default=0, help_text="In which history it got its revision; 0 for unknown.")
    updated = models.DateTimeField()

    class Meta:
        verbose_name = "copy of an account"
        verbose_name_plural = "copies of accounts"

    def __str__(self) -> str:
        return self.email


class Attendee(models.Model):
    """Someone who has a seat at a conference."""

    name = models.CharField(max_length=200)
    email = AddressField()
    company_name = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    conference = models.ForeignKey(ConferenceVO, models.PROTECT, related_name="attendees")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(Lower("email"), "conference", name="one_registration_per_email"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def href(self) -> str:
        """Where this attendee is, on this service."""
        return attendee_href(self.pk)

    @property
    def has_account(self) -> bool:
        """Whether an active account of the monolith has this e-mail address."""
        return AccountVO.objects.filter(email=self.email.lower(), is_active=True).exists()


class Badge(models.Model):
    """What an attendee wears; everyone gets one."""

    attendee = models.OneToOneField(Attendee, models.CASCADE, primary_key=True)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"badge of {self.attendee}"


class Source(models.TextChoices):
    """The ways by which news of a conference gets here."""

    PUSH = "push", "message"
    POLL = "poll", "poller"


class Observation(models.Model):
    """One state of a conference, seen from one source for the first time."""

    lane = models.CharField(max_length=4, choices=Source.choices)
    conference_id = models.BigIntegerField()
    revision = models.BigIntegerField()
    deleted = models.BooleanField(default=False, help_text="Whether it was the conference's deletion.")
    lag_ms = models.FloatField(
        null=True,
        help_text="Milliseconds from the change of the original until it was applied here; null when nobody knows.",
    )
    first = models.BooleanField(help_text="Whether it changed our copy; otherwise the copy was as new already.")
    seen = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "attendees_sighting"  # its first name: renaming a table would stop those that still run
        constraints = [
            models.UniqueConstraint(fields=["conference_id", "revision", "lane"], name="one_sighting_per_lane"),
        ]

    def __str__(self) -> str:
        return f"conference {self.conference_id} revision {self.revision} by {self.lane}"


class Duplicate(models.Model):
    """How many states a source brought within a minute that it had brought before: a poll that asks for everything
    does, and so do several pollers."""

    lane = models.CharField(max_length=4, choices=Source.choices)
    minute = models.DateTimeField()
    count = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lane", "minute"], name="one_count_per_lane_and_minute")]

    def __str__(self) -> str:
        return f"{self.count} by {self.lane} at {self.minute:%H:%M}"


class FeedCursor(models.Model):
    """How far one of the monolith's feeds of changes was read."""

    feed = models.CharField(max_length=20, primary_key=True)
    cursor = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.feed} until {self.cursor}"


class Epoch(models.Model):
    """Which history of the monolith's database the copies follow. Written by `epochs` only."""

    source = models.CharField(max_length=20, primary_key=True)
    number = models.BigIntegerField(default=0)
    compared = models.BigIntegerField(default=0, help_text="That of the last whole comparison.")

    def __str__(self) -> str:
        return f"epoch {self.number} of the {self.source}"


def conference_href(conference_id: int) -> str:
    """The monolith's path of a conference."""
    return f"/api/conferences/{conference_id}/"


def attendee_href(attendee_id: int) -> str:
    """This service's path of an attendee."""
    return f"/api/attendees/{attendee_id}/"
