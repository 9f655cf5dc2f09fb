"""Facts that tests are about."""

from datetime import UTC, datetime, timedelta

from attendees.records import ConferenceRecord

SPRING = datetime(2027, 3, 1, 9, tzinfo=UTC)


def a_conference(id: int = 3, revision: int = 1, **changes) -> ConferenceRecord:
    """A record of a conference, as a source brings it."""
    records = {
        "id": id,
        "name": f"Conference {id}",
        "starts": SPRING,
        "ends": SPRING + timedelta(days=2),
        "max_attendees": 100,
        "revision": revision,
        "updated": SPRING + timedelta(seconds=revision),
    }
    return ConferenceRecord(**{**records, **changes})


def listed(id=3, revision=1, **changes):
    """A conference as the monolith lists it."""
    record = a_conference(id, revision)
    return {
        "href": f"/api/conferences/{id}/",
        "id": id,
        "name": record.name,
        "starts": record.starts.isoformat(),
        "ends": record.ends.isoformat(),
        "max_attendees": record.max_attendees,
        "revision": revision,
        "updated": record.updated.isoformat(),
        **changes,
    }


def an_account(email, is_active=True):
    """An account as the monolith lists it."""
    return {
        "href": f"/api/accounts/{email}/", "email": email, "first_name": "", "last_name": "",
        "is_active": is_active, "revision": 1, "updated": SPRING.isoformat(),
    }  # fmt: skip
