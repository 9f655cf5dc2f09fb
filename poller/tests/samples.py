"""What the services are asked and answer."""

import json

SOURCE = "http://monolith:8000/api/conferences/"
FEED = f"{SOURCE}changes/"
TARGET = "http://attendees:8001/api/copies/conferences/"
NOTHING = {"changed": 0, "removed": 0, "duplicated": 0}


def conference(id, **more):
    return {"href": f"/api/conferences/{id}/", "id": id, "name": "é", **more}


def listing(*ids):
    return {"conferences": [conference(id) for id in ids]}


def page(cursor, *ids, gone=(), more=False):
    """A page of the feed of changes."""
    live = [conference(id, deleted=False) for id in ids]
    return {"changes": [*live, *map(deletion, gone)], "cursor": cursor, "more": more}


def deletion(id):
    return {"id": id, "revision": 2, "updated": "2027-03-01T09:00:00Z", "deleted": True}


def asked(services):
    """Every request so far: method, path with its question, and what If-None-Match said."""
    return [
        (call.request.method, call.request.path_url, call.request.headers.get("If-None-Match"))
        for call in services.calls
    ]


def handed_on(services):
    """The numbers in each PUT so far: (listed, gone, deleted)."""
    bodies = [json.loads(call.request.body) for call in services.calls if call.request.method == "PUT"]
    return [
        ([each["id"] for each in body["conferences"]], body["gone"], [each["id"] for each in body["deleted"]])
        for body in bodies
    ]
