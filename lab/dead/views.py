"""HTTP in, HTTP out: dead letters, and what a person does with one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from lab.dead import actions
from lab.dead.letters import BrokerAway, NotThere
from lab.dead.notes import NOTES
from lab.site.organisers import name_of

SHOWN = 200
SAY_WHY = "Say why it is discarded: whoever looks for the message later will ask."


@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    """All dead letters, the newest notes of what was done with some; the list alone for htmx."""
    template = "dead/list.html" if request.headers.get("HX-Request") else "dead/page.html"
    context = {"notes": NOTES.newest(), "shown": SHOWN}
    try:
        rows = actions.listed()
        context |= {"rows": rows[:SHOWN], "count": len(rows)}
    except BrokerAway as away:
        context["trouble"] = str(away)
    return render(request, template, context)


@require_POST
def replay(request: HttpRequest, owner: str, message: str) -> HttpResponse:
    """Put it back into its queue."""
    try:
        return _notice(request, done=actions.replay(name_of(request), owner, message))
    except (BrokerAway, NotThere) as trouble:
        return _notice(request, trouble=str(trouble))


@require_POST
def discard(request: HttpRequest, owner: str, message: str) -> HttpResponse:
    """Remove it, with a reason."""
    why = request.POST.get("why", "").strip()
    if not why:
        return _notice(request, trouble=SAY_WHY)
    try:
        return _notice(request, done=actions.discard(name_of(request), owner, message, why))
    except (BrokerAway, NotThere) as trouble:
        return _notice(request, trouble=str(trouble))


def _notice(request: HttpRequest, **words: object) -> HttpResponse:
    """What was done, in words; the page's list is asked for anew."""
    response = render(request, "board/notice.html", words)
    response.headers["HX-Trigger"] = "dead-letters-changed"
    return response


urlpatterns = [
    path("", page, name="dead-letters"),
    path("<slug:owner>/<str:message>/replay/", replay, name="replay"),
    path("<slug:owner>/<str:message>/discard/", discard, name="discard"),
]
