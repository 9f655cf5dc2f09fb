"""For tests: what routes a service has, and what docs/reference/security.md says of them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "security.md"


class Row(NamedTuple):
    """A request, and the status that each role is answered with."""

    method: str
    path: str
    answers: dict[str, int]


def rows_of(heading: str) -> list[Row]:
    """The table below this heading of the page."""
    section = PAGE.read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    _method, _path, *roles = lines[0]
    return [
        Row(method.strip(), path.strip().strip("`"), dict(zip(roles, map(int, answers), strict=True)))
        for method, path, *answers in lines[1:]
    ]


def routes() -> dict[str, set[str]]:
    """Every path of the URL configuration, with its parameters in braces, and the methods that it takes."""
    found: dict[str, set[str]] = {}
    for path, view in _walk(get_resolver().url_patterns, ""):
        found.setdefault(path, set()).update(_methods(view))
    return found


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, Any]]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, prefix + str(each.pattern))
        else:
            simple = simplify_regex(prefix + str(each.pattern).removeprefix("^"))
            yield re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", simple), each.callback


def _methods(view: Any) -> set[str]:
    """What a class of ours or Django's has; a function is for pages, which are read."""
    kind = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if kind is None:
        return {"GET"}
    named = {name.upper() for name in ("get", "post", "put", "patch", "delete") if hasattr(kind, name)}
    return named & {name.upper() for name in kind.http_method_names}
