"""The lessons as one file for the REST Client of VS Code."""

import re

from clients.calls import ENVIRONMENT, Call, calls
from clients.lessons import LESSONS
from clients.lessons.step import FRESH

ABOUT = """\
# Conference GO: see and measure how services talk.
#
# For VS Code with the extension REST Client: send the requests of each part from top to bottom. A request finds in the
# answer of an earlier one what it needs of it.
# First set organiser_password: the first start printed it, or it is ORGANISER_PASSWORD.
"""


def http_file() -> str:
    """requests.http."""
    variables = "".join(f"@{name} = {value}\n" for name, value in ENVIRONMENT.items())
    parts = [f"{ABOUT}\n{variables}"]
    kept: dict[str, str] = {}
    for lesson in LESSONS:
        parts.append(f"# ── {lesson.name}\n# {lesson.about}\n")
        for call in calls():
            if call.lesson == lesson.name:
                parts.append(_request(call, kept))
                kept |= {name: f"{{{{{call.id}.response.body.$.{field}}}}}" for name, field in call.keeps.items()}
    return "\n".join(parts)


def _request(call: Call, kept: dict[str, str]) -> str:
    def filled(text: str) -> str:
        text = text.replace(FRESH, "{{$timestamp}}")
        return re.sub(r"<(\w+)>", lambda name: kept.get(name[1], f"{{{{{name[1]}}}}}"), text)

    look = "".join(f"# {line}\n" for line in call.description.splitlines() if line)
    login = "Authorization: Basic <organiser> <organiser_password>\n" if call.log_in == "organiser" else ""
    headers = "".join(f"{name}: {value}\n" for name, value in call.headers.items())
    query = f"?{call.query}" if call.query else ""
    request = f"{call.method} <{call.service}>{call.path}{query}\n{headers}{login}"
    body = f"\n{call.body}\n" if call.body is not None else ""
    return f"### {call.title}\n{look}# @name {call.id}\n{filled(request + body)}"
