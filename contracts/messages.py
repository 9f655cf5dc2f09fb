"""Every message there is. The body stays what the course publishes, key for key; what we add travels in headers.

Copies carry the `revision` of what they tell of; `updated` is when the writer changed it. A database that was restored
gives revisions a second time: the `epoch` says in which history this one was given, and the later epoch wins.
"""

from typing import Annotated, ClassVar

from pydantic import AliasChoices, Field, PositiveInt, StringConstraints

from messaging.message import Address, Direct, Fanout, Message
from messaging.moment import Moment

# As large as all readers of JSON read alike. What claims more is no count of ours, and nothing could come after it.
LARGEST = 2**53 - 1
Count = Annotated[int, Field(gt=0, le=LARGEST)]
Epoch = Annotated[int, Field(ge=0, le=LARGEST)]
# Not stricter than what the services accept: a stored decision must never fail to be published.
Email = Annotated[str, StringConstraints(pattern=r"^.+@[^@\s]+$", max_length=254)]


class PresentationDecided(Message):
    """What both decisions say. Course programs publish no `presentation_id`."""

    in_headers: ClassVar[frozenset[str]] = frozenset({"presentation_id"})

    presenter_name: str = Field(min_length=1)
    presenter_email: Email
    title: str = Field(min_length=1)
    presentation_id: PositiveInt | None = Field(None, validation_alias=AliasChoices("presentation_id", "id"))

    def subject(self) -> str:
        """The presentation; for a course program's message, the presenter."""
        return f"presentation/{self.presentation_id or self.presenter_email}"


class PresentationApproved(PresentationDecided):
    """The organisers accepted a talk. Its presenter gets one letter."""

    type: ClassVar[str] = "presentation.approved"
    address: ClassVar[Address] = Direct("presentations", key="presentation_approvals")


class PresentationRejected(PresentationDecided):
    """The organisers turned a talk down. Its presenter gets one letter."""

    type: ClassVar[str] = "presentation.rejected"
    address: ClassVar[Address] = Direct("presentations", key="presentation_rejections")


class PresentationNotified(Message):
    """The presenter has been written to about a decision: it took effect."""

    type: ClassVar[str] = "presentation.notified"
    address: ClassVar[Address] = Direct("presentations", key="presentation_notified")

    presentation_id: PositiveInt
    notified: Moment

    def subject(self) -> str:
        """The presentation."""
        return f"presentation/{self.presentation_id}"


class AccountChanged(Message):
    """Somebody signed up, changed their names, or left (`is_active` is false). Course programs publish no `revision`:
    of two messages without one, the later `updated` counts."""

    type: ClassVar[str] = "account.changed"
    address: ClassVar[Address] = Fanout("accounts")
    in_headers: ClassVar[frozenset[str]] = frozenset({"epoch", "revision"})

    email: Email
    first_name: str
    last_name: str
    is_active: bool
    updated: Moment
    revision: Count | None = None
    epoch: Epoch | None = None

    def subject(self) -> str:
        """The account, by its e-mail address."""
        return f"account/{self.email}"


class ConferenceNews(Message):
    """What both of the following say."""

    in_headers: ClassVar[frozenset[str]] = frozenset({"epoch"})

    id: PositiveInt
    updated: Moment
    revision: Count
    epoch: Epoch | None = None

    def subject(self) -> str:
        """The conference, by its number."""
        return f"conference/{self.id}"


class ConferenceChanged(ConferenceNews):
    """A conference was planned or changed."""

    type: ClassVar[str] = "conference.changed"
    address: ClassVar[Address] = Fanout("conference_info")

    name: str
    starts: Moment
    ends: Moment
    max_attendees: int


class ConferenceDeleted(ConferenceNews):
    """A conference is gone for good: its number is never used again."""

    type: ClassVar[str] = "conference.deleted"
    address: ClassVar[Address] = Fanout("conference_info")
