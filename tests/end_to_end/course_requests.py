"""Asks a service of ours, or of the course, as a page or program of the course does."""

import json

import requests

HALL = {"name": "Moscone Center", "city": "San Francisco", "room_count": 30, "state": "CA"}
ACCEPTED, REJECTED = "Your presentation has been accepted", "Your presentation has been rejected"


def sent(method: str, url: str, body: dict | None = None) -> dict:
    """The answer; the request names no content type."""
    response = requests.request(method, url, data=body and json.dumps(body), timeout=10)
    assert response.ok, response.text
    return response.json() if response.content else {}


def answers(url: str) -> bool:
    """Whether there is somebody, and all is well."""
    try:
        return requests.get(url, timeout=10).ok
    except requests.ConnectionError:
        return False


def a_conference(monolith: str, name: str = "DjangoDay") -> str:
    """Where a new conference is, on our monolith."""
    hall = sent("post", f"{monolith}/api/locations/", HALL)
    plan = {
        "name": name, "starts": "2030-05-01", "ends": "2030-05-03", "description": "",
        "max_presentations": 10, "max_attendees": 100, "location": hall["href"].split("/")[-2],
    }  # fmt: skip
    return sent("post", f"{monolith}/api/conferences/", plan)["href"]


def a_talk(monolith: str, conference: str, email: str) -> str:
    """Where a new presentation is, on our monolith or theirs."""
    talk = {"presenter_name": "Grace", "presenter_email": email, "title": "The first bug", "synopsis": ""}
    return monolith + sent("post", f"{monolith}{conference}presentations/", talk)["href"]
