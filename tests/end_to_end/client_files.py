"""The files of clients/ read as their programs read them: requests with variables, and what is kept of the answers."""

import json
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
import yaml

CLIENTS = Path(__file__).parents[2] / "clients"
SCRIPT = re.compile(r'insomnia\.baseEnvironment\.set\("(\w+)", insomnia\.response\.json\(\)\.(\w+)\);\n')
REFERENCE = re.compile(r"\{\{(\w+)\.response\.body\.\$\.(\w+)\}\}")


@dataclass
class Request:
    """One request of a file. `keeps` says which variables an answer sets, and from which of its fields."""

    name: str
    method: str
    url: str
    headers: dict[str, str]
    body: str
    login: tuple[str, str] | None
    expects: int
    keeps: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Collection:
    """A file: its requests in order, its variables, and how a text is filled in with those."""

    requests: list[Request]
    variables: dict[str, str]
    fill: Callable[[str, dict[str, str]], str]

    def send_all(self, **settings: str) -> Iterator[tuple[str, int, int]]:
        """Each request's name, the status it announces, and the one that came."""
        variables = {**self.variables, **settings}
        for each in self.requests:

            def filled(text: str) -> str:
                return self.fill(text, variables)  # noqa: B023 - used in this turn alone

            answer = requests.request(
                each.method,
                filled(each.url),
                headers={name: filled(value) for name, value in each.headers.items()},
                data=filled(each.body).encode() or None,
                auth=each.login and tuple(map(filled, each.login)),
                timeout=30,
            )
            if answer.ok:
                variables |= {name: answer.json()[field] for name, field in each.keeps.items()}
            yield each.name, each.expects, answer.status_code


def insomnia() -> Collection:
    """insomnia.yaml"""
    document = yaml.safe_load((CLIENTS / "insomnia.yaml").read_text())
    listed = [request for folder in document["collection"] for request in folder["children"]]
    made = [
        _of_insomnia(each, each["meta"]["description"], each.get("scripts", {}).get("afterResponse", ""))
        for each in listed
    ]
    return Collection(made, document["environments"]["data"], _fill_insomnia)


def insomnia_4() -> Collection:
    """insomnia.v4.json"""
    resources = json.loads((CLIENTS / "insomnia.v4.json").read_text())["resources"]
    listed = [each for each in resources if each["_type"] == "request"]
    (environment,) = (each["data"] for each in resources if each["_type"] == "environment")
    made = [_of_insomnia(each, each["description"], each["afterResponseScript"]) for each in listed]
    return Collection(made, environment, _fill_insomnia)


def _of_insomnia(request: dict[str, Any], description: str, script: str) -> Request:
    assert SCRIPT.sub("", script) == "", script
    login = request.get("authentication")
    return Request(
        request["name"],
        request["method"],
        request["url"],
        {header["name"]: header["value"] for header in request["headers"]},
        request.get("body", {}).get("text", ""),
        (login["username"], login["password"]) if login else None,
        _expected(description),
        dict(SCRIPT.findall(script)),
    )


def _fill_insomnia(text: str, variables: dict[str, str]) -> str:
    text = text.replace("{% uuid 'v4' %}", uuid.uuid4().hex)
    return _filled(re.sub(r"\{\{ _\.(\w+) \}\}", lambda name: variables[name[1]], text))


def rest_client() -> Collection:
    """requests.http"""
    head, *parts = re.split(r"^### ", (CLIENTS / "requests.http").read_text(), flags=re.MULTILINE)
    made = {}
    for part in parts:
        title, *lines = part.splitlines()
        comments = [line for line in lines if line.startswith("#")]
        (name,) = (line.removeprefix("# @name ") for line in comments if line.startswith("# @name "))
        rest = "\n".join(line for line in lines if not line.startswith("#"))
        top, _, body = rest.partition("\n\n")
        (method, url), headers = top.splitlines()[0].split(), dict(line.split(": ", 1) for line in top.splitlines()[1:])
        login = None
        if headers.get("Authorization", "").startswith("Basic "):
            _, *login = headers.pop("Authorization").split()
        for earlier, of_answer in REFERENCE.findall(rest):
            made[earlier].keeps[f"{earlier}.{of_answer}"] = of_answer
        made[name] = Request(title, method, url, headers, body.strip(), login, _expected("\n".join(comments)))
    return Collection(list(made.values()), dict(re.findall(r"^@(\w+) = ?(.*)$", head, re.MULTILINE)), _fill_rest_client)


def _fill_rest_client(text: str, variables: dict[str, str]) -> str:
    text = text.replace("{{$timestamp}}", str(int(datetime.now(UTC).timestamp())))
    text = REFERENCE.sub(lambda found: variables[f"{found[1]}.{found[2]}"], text)
    return _filled(re.sub(r"\{\{(\w+)\}\}", lambda name: variables[name[1]], text))


def _filled(text: str) -> str:
    assert "{{" not in text, text
    assert "{%" not in text, text
    return text


def _expected(description: str) -> int:
    (status,) = re.findall(r"Expect: (\d{3})", description)
    return int(status)
