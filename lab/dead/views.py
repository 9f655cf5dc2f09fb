"""HTTP in, HTTP out: dead letters, and what a person does with one."""

import json
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST
from pika.exceptions import UnroutableError

from lab.board import undoing
from lab.board.deeds import Done
from lab.dead import letters
from lab.dead.letters import BrokerAway, NotThere
from lab.dead.notes import NOTES
from lab.site.organisers import name_of
from messaging.dead_letters import DeadLetter

SHOWN = 200


@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    """All dead letters, the newest notes of what was done with some; the list alone for htmx."""
    return render(request, "dead/list.html" if request.headers.get("HX-Request") else "dead/page.html", _listed())


@require_POST
def replay(request: HttpRequest, owner: str, message: str) -> HttpResponse:
    """Put it back into its queue."""
    try:
        letter = letters.replay(owner, message)
    except (BrokerAway, NotThere, UnroutableError) as trouble:
        return _told(request, trouble=_words(trouble))
    NOTES.add(name_of(request), "replayed", message, letter.type, owner)
    queue = letter.note("from_queue")
    words = f"{letter.type} is back in {queue}, under the same id: what it did already is not done again."
    return _told(request, done=Done(words))


@require_POST
def discard(request: HttpRequest, owner: str, message: str) -> HttpResponse:
    """Remove it, with a reason."""
    why = request.POST.get("why", "").strip()
    if not why:
        return _told(request, trouble="Say why it is discarded: whoever looks for the message later will ask.")
    try:
        letter = letters.discard(owner, message)
    except (BrokerAway, NotThere) as trouble:
        return _told(request, trouble=str(trouble))
    who = name_of(request)
    NOTES.add(who, "discarded", message, letter.type, owner, why)
    undo = undoing.offer("put it back among the dead letters", partial(_put_back, letter, owner, who), heals=False)
    return _told(request, done=Done(f"{letter.type} was discarded.", undo))


def _put_back(letter: DeadLetter, owner: str, who: str) -> None:
    letters.put_back(letter, owner)
    NOTES.add(who, "put back", letter.id, letter.type, owner)


def _words(trouble: Exception) -> str:
    if isinstance(trouble, UnroutableError):
        return "The queue that it came from is gone: it stays a dead letter."
    return str(trouble)


def _told(request: HttpRequest, **told: object) -> HttpResponse:
    response = render(request, "board/notice.html", told)
    response.headers["HX-Trigger"] = "dead-letters-changed"
    return response


def _listed() -> dict[str, object]:
    try:
        found = letters.all_of_them()
    except BrokerAway as away:
        return {"trouble": str(away), "notes": NOTES.newest()}
    rows = [{"owner": owner, "letter": letter, **_noted(letter)} for owner, letter in found[:SHOWN]]
    return {"rows": rows, "count": len(found), "shown": SHOWN, "notes": NOTES.newest()}


def _noted(letter: DeadLetter) -> dict[str, str]:
    known = {name: str(letter.note(name) or "") for name in ("why", "died_at", "from_queue", "attempts")}
    return {**known, "body": _pretty(letter.body), "has_id": letter.properties.message_id or ""}


def _pretty(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body[:4000].decode(errors="replace")


urlpatterns = [
    path("", page, name="dead-letters"),
    path("<slug:owner>/<str:message>/replay/", replay, name="replay"),
    path("<slug:owner>/<str:message>/discard/", discard, name="discard"),
]
