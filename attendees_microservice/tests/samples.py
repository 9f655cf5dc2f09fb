"""Facts that tests are about."""

from datetime import UTC, datetime, timedelta

from attendees.facts import ConferenceFact

SPRING = datetime(2027, 3, 1, 9, tzinfo=UTC)


def a_conference(id: int = 3, revision: int = 1, **changes) -> ConferenceFact:
    """A fact about a conference, as a lane brings it."""
    facts = {
        "id": id,
        "name": f"Conference {id}",
        "starts": SPRING,
        "ends": SPRING + timedelta(days=2),
        "max_attendees": 100,
        "revision": revision,
        "updated": SPRING + timedelta(seconds=revision),
    }
    return ConferenceFact(**{**facts, **changes})


def listed(id=3, revision=1, **changes):
    """A conference as the monolith lists it."""
    fact = a_conference(id, revision)
    return {
        "href": f"/api/conferences/{id}/",
        "id": id,
        "name": fact.name,
        "starts": fact.starts.isoformat(),
        "ends": fact.ends.isoformat(),
        "max_attendees": fact.max_attendees,
        "revision": revision,
        "updated": fact.updated.isoformat(),
        **changes,
    }


def an_account(email, is_active=True):
    """An account as the monolith lists it."""
    return {
        "href": f"/api/accounts/{email}/", "email": email, "first_name": "", "last_name": "",
        "is_active": is_active, "revision": 1, "updated": SPRING.isoformat(),
    }  # fmt: skip
