"""The lessons as Insomnia imports them, in its format of today and in the one before.

An answer's field is kept by a script, not by a template tag that names the request: importing gives each request
a new id, and outside paid plans the ids inside such tags stay the old ones.
"""

import json
import re
from typing import Any

import yaml

from clients.calls import ENVIRONMENT, Call, calls
from clients.lessons import LESSONS
from clients.lessons.step import FRESH

NAME = "Conference GO"
ABOUT = (
    "See and measure how services talk. Send the requests of each folder from top to bottom. First set "
    "organiser_password in the base environment: the first start printed it, or it is ORGANISER_PASSWORD."
)
ENVIRONMENT_ID = "env_conference_go"
WORKSPACE_ID = "wrk_conference_go"


def collection() -> str:
    """insomnia.yaml: collection.insomnia.rest/5.0."""
    document = {
        "type": "collection.insomnia.rest/5.0",
        "name": NAME,
        "meta": {"id": WORKSPACE_ID, "description": ABOUT},
        "collection": [
            {
                "name": lesson.name,
                "meta": {"id": _folder_id(lesson.name), "sortKey": place, "description": lesson.about},
                "children": [_child(n, call) for n, call in enumerate(calls()) if call.lesson == lesson.name],
            }
            for place, lesson in enumerate(LESSONS)
        ],
        "environments": {"name": "Base Environment", "meta": {"id": ENVIRONMENT_ID}, "data": ENVIRONMENT},
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)


def export_4() -> str:
    """insomnia.v4.json: the flat list of older versions."""
    workspace = {
        "_id": WORKSPACE_ID, "_type": "workspace", "parentId": None, "name": NAME, "description": ABOUT,
        "scope": "collection",
    }  # fmt: skip
    environment = {
        "_id": ENVIRONMENT_ID, "_type": "environment", "parentId": WORKSPACE_ID, "name": "Base Environment",
        "data": ENVIRONMENT,
    }  # fmt: skip
    folders = [
        {
            "_id": _folder_id(lesson.name), "_type": "request_group", "parentId": WORKSPACE_ID, "name": lesson.name,
            "description": lesson.about, "metaSortKey": place,
        }
        for place, lesson in enumerate(LESSONS)
    ]  # fmt: skip
    requests = [
        {
            "_id": _request_id(call), "_type": "request", "parentId": _folder_id(call.lesson), "name": call.title,
            "description": call.description, "metaSortKey": place, "method": call.method, "url": _url(call),
            **_parts(call), "afterResponseScript": _script(call),
        }
        for place, call in enumerate(calls())
    ]  # fmt: skip
    document = {
        "_type": "export",
        "__export_format": 4,
        "__export_source": "conference-go",
        "resources": [workspace, environment, *folders, *requests],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _child(place: int, call: Call) -> dict[str, Any]:
    return {
        "name": call.title,
        "meta": {"id": _request_id(call), "sortKey": place, "description": call.description},
        "method": call.method,
        "url": _url(call),
        **_parts(call),
        **({"scripts": {"afterResponse": _script(call)}} if call.keeps else {}),
    }


def _parts(call: Call) -> dict[str, Any]:
    parts: dict[str, Any] = {
        "headers": [{"name": name, "value": _with_variables(value)} for name, value in call.headers.items()]
    }
    if call.body is not None:
        parts["body"] = {"mimeType": "application/json", "text": _with_variables(call.body)}
    if call.log_in == "organiser":
        login = {"username": "<organiser>", "password": "<organiser_password>"}
        parts["authentication"] = {"type": "basic", **{name: _with_variables(value) for name, value in login.items()}}
    return parts


def _url(call: Call) -> str:
    return _with_variables(f"<{call.service}>{call.path}" + (f"?{call.query}" if call.query else ""))


def _script(call: Call) -> str:
    """Keeps fields of a good answer in the base environment."""
    return "".join(
        f'insomnia.baseEnvironment.set("{variable}", insomnia.response.json().{field});\n'
        for variable, field in call.keeps.items()
    )


def _with_variables(text: str) -> str:
    return re.sub(r"<(\w+)>", r"{{ _.\1 }}", text.replace(FRESH, "{% uuid 'v4' %}"))


def _request_id(call: Call) -> str:
    return f"req_{call.id}"


def _folder_id(lesson: str) -> str:
    return "fld_" + re.sub(r"\W+", "_", lesson.lower())
