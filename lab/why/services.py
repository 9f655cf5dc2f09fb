"""What each service knows: one question to each of them, by HTTP."""

from dataclasses import dataclass, field
from typing import Any

import requests

from lab import settings

TIMEOUT = 5  # seconds


@dataclass(frozen=True)
class Places:
    """Where the parts of the application are asked."""

    monolith: str = settings.MONOLITH_URL
    attendees: str = settings.ATTENDEES_URL
    workflow: str = settings.WORKFLOW_URL
    management: str = settings.RABBITMQ_MANAGEMENT_URL
    token: str = settings.SERVICE_TOKEN
    rabbitmq: str = settings.RABBITMQ_URL  # only for its login and virtual host


@dataclass(frozen=True)
class Told:
    """The services' answers by their name, and for those that gave none, why."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def of(self, service: str) -> dict[str, Any]:
        """What it told; nothing if it did not answer."""
        return self.answers.get(service, {})


def ask(places: Places, **question: list[str]) -> Told:
    """Ask all three: `message=[id]`, `subject=["conference/3"]`, or both."""
    told = Told()
    urls = {
        "monolith": f"{places.monolith}/api/whereabouts/",
        "attendees": f"{places.attendees}/api/whereabouts/",
        "workflow": f"{places.workflow}/whereabouts/",
    }
    for service, url in urls.items():
        try:
            answer = requests.get(
                url, params=question, headers={"Authorization": f"Service {places.token}"}, timeout=TIMEOUT
            )
            answer.raise_for_status()
            told.answers[service] = answer.json()
        except requests.HTTPError:
            told.problems[service] = f"{service} answered {answer.status_code}: {answer.text[:200]}"
        except (requests.RequestException, ValueError):
            told.problems[service] = f"{service} does not answer at {url}"
    return told
