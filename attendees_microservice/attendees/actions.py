"""What people can do here. Each is one transaction."""

from django.db import IntegrityError, transaction

from attendees.models import Attendee, Badge, ConferenceVO
from attendees.refusals import AlreadyRegistered, UnknownConference


@transaction.atomic
def register(conference_id: int, *, name: str, email: str, company_name: str = "") -> Attendee:
    """Give someone a seat.

    Raises UnknownConference, AlreadyRegistered, or ConferenceFull.
    """
    conference = _lock(conference_id)
    attendee = Attendee(conference=conference, name=name, email=email, company_name=company_name)
    _save(attendee)
    conference.must_seat(conference.attendees.count())
    return attendee


@transaction.atomic
def change(pk: int, *, conference_id: int | None = None, **fields: str) -> Attendee:
    """Change what is said of an attendee, or move them to a conference that has a seat left.

    Raises Attendee.DoesNotExist, and what `register` raises.
    """
    attendee = Attendee.objects.select_for_update(of=["self"]).select_related("conference").get(pk=pk)
    for name, value in fields.items():
        setattr(attendee, name, value)
    if conference_id is None or conference_id == attendee.conference_id:
        _save(attendee)
        return attendee
    attendee.conference = _lock(conference_id)
    _save(attendee)
    attendee.conference.must_seat(attendee.conference.attendees.count())
    return attendee


def remove(pk: int) -> None:
    """Give the seat back. Raises Attendee.DoesNotExist."""
    Attendee.objects.get(pk=pk).delete()


@transaction.atomic
def give_badge(pk: int) -> tuple[Badge, bool]:
    """The attendee's badge, and whether it was made just now. Raises Attendee.DoesNotExist."""
    attendee = Attendee.objects.select_for_update().get(pk=pk)
    return Badge.objects.get_or_create(attendee=attendee)


def _lock(conference_id: int) -> ConferenceVO:
    """The conference; until the transaction ends nobody else takes a seat there, so the last one is given once."""
    try:
        conference = ConferenceVO.objects.select_for_update(no_key=True).get(pk=conference_id)
    except ConferenceVO.DoesNotExist:
        raise UnknownConference(conference_id) from None
    conference.must_be_live()
    return conference


def _save(attendee: Attendee) -> None:
    try:
        with transaction.atomic():
            attendee.save()
    except IntegrityError as error:
        if "one_registration_per_email" not in str(error):
            raise
        raise AlreadyRegistered(attendee.email) from None
