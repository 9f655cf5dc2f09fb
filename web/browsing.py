"""The API as people browse it: every path in an answer is a link, forms keep what was typed, and a page leads on."""

import re
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import mark_safe
from rest_framework.renderers import BrowsableAPIRenderer
from rest_framework.request import Request

PATH = re.compile(r'"(?P<name>\w+)": "(?P<path>/api/[^"\s]*)"')


class Deed(NamedTuple):
    """A button: what it says, and the path that a PUT goes to."""

    words: str
    path: str


class Way(NamedTuple):
    """A link from one thing to what belongs to it."""

    words: str
    url: str


class BrowsableAPI(BrowsableAPIRenderer):
    """A view may have `deeds(data)` and `ways(data)`, which are asked about the thing that its answer shows, and the
    name of a template, `figures`, that shows its `data` for people to read."""

    template = "web/api.html"

    def get_context(self, data: Any, accepted_media_type: str, renderer_context: dict[str, Any]) -> dict[str, Any]:
        """DRF's, with the content linked and what a view leads to."""
        context = super().get_context(data, accepted_media_type, renderer_context)
        view, shows = renderer_context["view"], renderer_context["response"].status_code == 200
        context["content"] = linked(context["content"])
        context["deeds"] = view.deeds(data) if shows and hasattr(view, "deeds") else ()
        context["ways"] = view.ways(data) if shows and hasattr(view, "ways") else ()
        context["figures"], context["data"] = shows and getattr(view, "figures", ""), data
        return context

    def get_rendered_html_form(self, data: Any, view: Any, method: str, request: Request) -> Any:
        """Of a refused form, what was typed with what is wrong; after something was added, an empty one."""
        status = self.renderer_context["response"].status_code
        if method == request.method and method in ("POST", "PUT") and status in (201, 400):
            if status == 201:
                return super().get_rendered_html_form(None, view, method, request)
            if hasattr(view, "get_serializer") and self.show_form_for_method(view, method, request, None):
                options = {"partial": True} if method == "PUT" else {}
                return self.render_form_for_serializer(view.get_serializer(data=request.data, **options))
        return super().get_rendered_html_form(data, view, method, request)


def linked(content: str) -> str:
    """JSON for a page, in which each path of an API is a link; that of an original leads to its own service."""
    if not isinstance(content, str):
        return content
    parts, done = [], 0
    for found in PATH.finditer(content):
        parts += [escape(content[done : found.start("path")]), _link(found["name"], found["path"])]
        done = found.end("path")
    return mark_safe("".join([*parts, escape(content[done:])]))  # noqa: S308 - all of it is escaped above


def _link(name: str, path: str) -> str:
    host = getattr(settings, "MONOLITH_PAGE_URL", "") if name == "import_href" else ""
    # What looks like an e-mail address would be linked by the template as one.
    href, words = escape(host + path.replace("@", "%40")), escape(path).replace("@", "&#64;")
    return f'<a href="{href}">{words}</a>'
