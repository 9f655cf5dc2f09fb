"""Each step of the lessons joined with what the services' OpenAPI documents say of its operation."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from clients.lessons import LESSONS
from clients.lessons.step import Step

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
# The base environment. The password is the one that the first start prints, or ORGANISER_PASSWORD.
ENVIRONMENT = {
    "monolith": "http://localhost:8000",
    "attendees": "http://localhost:8001",
    "organiser": "organiser",
    "organiser_password": "",
    "service_token": "development-only",
    "first_conference": "/api/conferences/1/",
}
LOG_INS = {"tokenAuth": "organiser", "basicAuth": "organiser", "serviceAuth": "service"}


class Undocumented(Exception):
    """A lesson speaks of something that the OpenAPI documents do not."""


@dataclass(frozen=True)
class Call:
    """One request, complete. In url, headers and body `<name>` is a variable."""

    id: str
    lesson: str
    service: str
    operation: str
    title: str
    description: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str | None
    log_in: str
    status: int
    keeps: dict[str, str]


@cache
def calls() -> tuple[Call, ...]:
    """All of them in the order of the lessons. Raises Undocumented."""
    found: list[Call] = []
    for lesson in LESSONS:
        for step in lesson.steps:
            call = _joined(lesson.name, step)
            times = sum(re.sub(r"_\d+$", "", other.id) == call.id for other in found)
            found.append(replace(call, id=f"{call.id}_{times + 1}") if times else call)
    return tuple(found)


@cache
def operations(service: str) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """What a service's document has: operationId → method, path, and all it says."""
    document = yaml.safe_load((REFERENCE / f"openapi-{service}.yaml").read_text())
    return {
        operation["operationId"]: (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if "operationId" in operation
    }


def _joined(lesson: str, step: Step) -> Call:
    if step.operation not in operations(step.service):
        raise Undocumented(f"the {step.service} has no operation {step.operation}")
    method, path, operation = operations(step.service)[step.operation]
    documented = [int(status) for status in operation["responses"]]
    status = step.status or min(documented)
    if status not in documented:
        raise Undocumented(f"{step.operation} does not answer {status}; documented: {documented}")
    says = operation.get("description") or operation["summary"]
    body = _example(operation) if step.body is None else step.body
    log_in = step.log_in or _needed(operation)
    return Call(
        id=f"{step.service}_{step.operation}",
        lesson=lesson,
        service=step.service,
        operation=step.operation,
        title=step.title,
        description=f"{says}\n\nLook at: {step.look}\n\nExpect: {status}",
        method=method,
        path=_path(path, step),
        query=step.query,
        headers=_headers(step, log_in, has_body=body is not None),
        body=None if body is None else json.dumps(body, indent=2),
        log_in=log_in,
        status=status,
        keeps=step.keeps,
    )


def _example(operation: dict[str, Any]) -> dict[str, Any] | None:
    content = operation.get("requestBody", {}).get("content", {})
    examples = [each["value"] for media in content.values() for each in media.get("examples", {}).values()]
    return examples[0] if examples else None


def _needed(operation: dict[str, Any]) -> str:
    ways = list(_ways(operation))
    return "nobody" if "" in ways else next(LOG_INS[way] for way in ways if way in LOG_INS)


def _ways(operation: dict[str, Any]) -> Iterator[str]:
    for way in operation.get("security", [{}]):
        yield from way or [""]


def _path(path: str, step: Step) -> str:
    named = re.match(r".*\{\w+\}/", path)
    if bool(named) != bool(step.at):
        raise Undocumented(f"{step.operation} is at {path}: {'name' if named else 'leave out'} `at` in {step.title!r}")
    return step.at + path[named.end() :] if named else path


def _headers(step: Step, log_in: str, *, has_body: bool) -> dict[str, str]:
    headers = {"Accept": "application/json"}
    if has_body:
        headers["Content-Type"] = "application/json"
    if log_in == "service":
        headers["Authorization"] = "Service <service_token>"
    elif log_in == "token":
        headers["Authorization"] = "Token <token>"
    return {**headers, **step.headers}
