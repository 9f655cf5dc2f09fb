from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from events.models import Conference
from presentations.refusals import AlreadyDecided
from web.addresses import AddressField

PRESENTER = ("presenter_name", "presenter_email")


class Status(models.TextChoices):
    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class Presentation(models.Model):
    """A talk that someone offers to a conference."""

    presenter_name = models.CharField(max_length=150)
    company_name = models.CharField(max_length=150, null=True, blank=True)  # noqa: DJ001 - the API says null
    presenter_email = AddressField()
    title = models.CharField(max_length=200)
    synopsis = models.TextField(blank=True, default="")
    status = models.CharField(max_length=10, choices=Status, default=Status.SUBMITTED)
    created = models.DateTimeField(auto_now_add=True)
    decided = models.DateTimeField(null=True, editable=False)
    notified = models.DateTimeField(null=True, blank=True, editable=False)  # when the presenter was written to
    # when it was gone from a queue of the course, whose mailers do not say when they have written
    handed_over = models.DateTimeField(null=True, blank=True, editable=False)
    # when somebody decided to wait no longer for a letter that cannot be sent
    given_up = models.DateTimeField(null=True, blank=True, editable=False)
    conference = models.ForeignKey(Conference, on_delete=models.CASCADE, related_name="presentations")

    class Meta:
        ordering = ("title", "id")
        constraints = [models.CheckConstraint(condition=models.Q(status__in=Status.values), name="a_known_status")]

    def __str__(self) -> str:
        return self.title

    @property
    def href(self) -> str:
        """Where the API has this presentation."""
        return f"/api/presentations/{self.pk}/"

    @property
    def is_decided(self) -> bool:
        """Whether its presenter is written to."""
        return self.status != Status.SUBMITTED

    def approve(self) -> bool:
        """Accept the talk; False if it already was. Raises AlreadyDecided when it was turned down."""
        return self._decide(Status.APPROVED)

    def reject(self) -> bool:
        """Turn the talk down; False if it already was. Raises AlreadyDecided when it was accepted."""
        return self._decide(Status.REJECTED)

    def give_up(self) -> None:
        """Wait no longer for its letter, if it is waited for."""
        if self.is_decided and not self.notified and not self.given_up:
            self.given_up = timezone.now()

    def change(self, **fields: object) -> None:
        """Take other words, also once decided; another presenter then raises AlreadyDecided: this one has a letter."""
        if self.is_decided and any(fields.get(name, getattr(self, name)) != getattr(self, name) for name in PRESENTER):
            raise AlreadyDecided(f"This presentation is {self.status}: its presenter_name and presenter_email stay.")
        for name, value in fields.items():
            setattr(self, name, value)

    def _decide(self, decision: Status) -> bool:
        if self.status == decision:
            return False
        if self.is_decided:
            raise AlreadyDecided(f"This presentation is {self.status}, and its presenter knows: that is final.")
        self.status, self.decided = decision, timezone.now()
        return True


class CourseMode(models.Model):
    """Since when decisions have gone to the course's queues, of the broker that runs now. No row: they do not."""

    since = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"in course mode since {self.since}"
