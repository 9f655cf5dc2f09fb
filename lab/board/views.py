"""HTTP in, HTTP out: the board, its stream, a message, the buttons."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from lab.board import control, undoing
from lab.board.deeds import DEEDS, Done
from lab.board.layout import Drawing, draw
from lab.board.monolith import Monolith, NotDone
from lab.board.story import story_of
from lab.compare.wish import WISH
from lab.dead.letters import BrokerAway
from lab.feed.watching import FEED
from lab.site.organisers import authorization


@ensure_csrf_cookie
def board(request: HttpRequest) -> HttpResponse:
    """The board; with `?big=1` for a wall, with `?message=` and an id beside where that message is."""
    FEED.watch()
    context = {
        "picture": picture(drawing()),
        "big": request.GET.get("big") == "1",
        "poller": WISH.as_dict(),
        "asked": _message_id(request.GET.get("message", "")),
    }
    return render(request, "board/board.html", context)


def _message_id(words: str) -> str:
    try:
        return str(UUID(words))
    except ValueError:
        return ""


def message(request: HttpRequest, message_id: str) -> HttpResponse:
    """All that was seen of one message; where nothing was, for nobody looked at the time, what the services know."""
    story = story_of(FEED.record.of_message(message_id))
    if story is None:
        if not (asked := _message_id(message_id)):
            raise Http404
        return redirect("why-of", asked)
    whole = request.headers.get("HX-Request") != "true"
    return render(request, "board/message_page.html" if whole else "board/message.html", {"story": story})


@require_POST
def do(request: HttpRequest, name: str) -> HttpResponse:
    """Do what a button says, and tell what was done; `undo-7` and `reset` too."""
    try:
        done = _done(request, name)
    except control.NobodyToAsk as command:
        return render(request, "board/notice.html", {"command": str(command)})
    except (NotDone, control.Refused, BrokerAway) as trouble:
        return render(request, "board/notice.html", {"trouble": str(trouble)})
    return render(request, "board/notice.html", {"done": done, "heals_after": int(undoing.HEALS_AFTER)})


def _done(request: HttpRequest, name: str) -> Done:
    if name == "reset":
        WISH.forget()
        return Done(f"Whatever was broken is whole again ({undoing.undo_all(only_broken=True)} undone).")
    if name.startswith("undo-") and name[5:].isdigit():
        undone = undoing.undo(int(name[5:]))
        return Done(f"Undone: {undone.words}." if undone else "That was undone before.")
    try:
        deed = DEEDS[name]
    except KeyError:
        raise Http404 from None
    return deed(Monolith(authorization(request)))


def drawing() -> Drawing:
    """The drawing of this moment."""
    seen = {
        (event.where, event.facts["exchange"])
        for event in FEED.record.newest(2000)
        if event.kind == "publish" and FEED.topology.exchange_is_shown(event.facts["exchange"])
    }
    return draw(FEED.topology, sorted(seen))


def picture(drawn: Drawing) -> str:
    """It as SVG."""
    return render_to_string("board/picture.svg", {"drawing": drawn})
