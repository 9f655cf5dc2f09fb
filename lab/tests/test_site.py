"""The lab's pages: who may do what, and what the services tell."""

import asyncio
import json

import pytest
from django.test import AsyncClient, Client

from lab.board import undoing
from lab.board.monolith import NotDone
from lab.compare.wish import WISH
from lab.feed import hearing
from lab.feed.watching import FEED

TOLD = {
    "service": "presentation_workflow host:1",
    "facts": [{"kind": "letter", "at": 1.5, "message": "m-1", "to": "ada"}],
}


@pytest.fixture(autouse=True)
def in_development(settings):
    settings.DEBUG = True


@pytest.fixture(autouse=True)
def nothing_is_wished():
    WISH.forget()
    yield
    WISH.forget()


def tell(client, told=TOLD, **headers):
    return client.post("/ingest/", told, content_type="application/json", headers=headers)


PAGES = ["/", "/compare/", "/log/", "/log.json", "/why/", "/dead-letters/", "/balance/", "/api/health/"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_without_a_broker(client, path):
    assert client.get(path).status_code == 200


def test_the_board_asks_where_the_message_is_to_which_somebody_was_led(client):
    message_id = "0193a1c8-7e2b-7c00-8000-000000000001"

    assert f'hx-get="/why/{message_id}"' in client.get("/", {"message": message_id}).content.decode()
    assert "/why/x" not in client.get("/", {"message": "x"}).content.decode()


def test_of_a_message_that_nobody_saw_the_services_are_asked(client):
    message_id = "0193a1c8-7e2b-7c00-8000-000000000001"

    assert client.get(f"/messages/{message_id}/").headers["Location"] == f"/why/{message_id}"
    assert client.get("/messages/x/").status_code == 404


def test_what_a_service_tells_is_in_the_log(client):
    tell(client)

    line = client.get("/log.json?message=m-1").content.decode().splitlines()[-1]
    assert '"kind": "letter", "message": "m-1", "where": "presentation_workflow host:1", "facts": {"to": "ada"}' in line


def test_a_service_learns_whether_anybody_looks(client):
    FEED.watch()

    assert tell(client).json() == {"watched": True, "poller": None}


@pytest.mark.parametrize(
    ("news", "answer"),
    [
        (FEED.watch, {"watched": True, "poller": None}),
        (lambda: WISH.choose("etag", 2), {"watched": False, "poller": {"mode": "etag", "interval": 2}}),
    ],
    ids=["somebody looks", "another poller is wished for"],
)
def test_who_has_nothing_to_tell_is_answered_when_there_is_news(monkeypatch, news, answer):
    monkeypatch.setattr(FEED, "_looked", 0.0)
    monkeypatch.setattr(hearing, "HELD", 3600.0)

    async def asked() -> str:
        nothing = {"service": "poller", "facts": []}
        response = await AsyncClient().post("/ingest/", nothing, content_type="application/json")
        rest = asyncio.ensure_future(anext(aiter(response.streaming_content)))
        await asyncio.sleep(2 * hearing.LOOK)
        assert not rest.done()
        news()
        return await rest

    assert json.loads(asyncio.run(asked())) == answer


def test_without_news_the_answer_comes_too(monkeypatch):
    monkeypatch.setattr(FEED, "_looked", 0.0)
    monkeypatch.setattr(hearing, "HELD", 0.0)

    async def asked() -> str:
        nothing = {"service": "poller", "facts": []}
        response = await AsyncClient().post("/ingest/", nothing, content_type="application/json")
        return await anext(aiter(response.streaming_content))

    assert json.loads(asyncio.run(asked())) == {"watched": False, "poller": None}


def test_a_page_of_another_origin_cannot_tell_anything(client):
    assert tell(client, origin="http://evil.example").status_code == 403
    assert client.post("/ingest/", "{}", content_type="text/plain").status_code == 403


@pytest.mark.parametrize("told", [[], {}, {"service": "x"}, {"service": "x", "facts": [3]}, "x"])
def test_nonsense_is_refused(client, told):
    assert tell(client, told).status_code == 400


def test_a_button_needs_the_pages_token():
    assert Client(enforce_csrf_checks=True).post("/do/reset/").status_code == 403


def test_without_a_supervisor_a_button_shows_the_command(client):
    shown = client.post("/do/stop-broker/").content.decode()

    assert "docker compose stop rabbitmq" in shown


def test_the_poller_hears_of_a_wish(client):
    client.post("/compare/wish/", {"mode": "etag", "interval": "2"})

    assert tell(client).json()["poller"] == {"mode": "etag", "interval": 2.0}


@pytest.mark.parametrize(
    ("mode", "interval"), [("often", "2"), ("full", "0.5"), ("full", "31"), ("full", "x"), ("full", "nan")]
)
def test_a_wish_out_of_bounds_is_refused(client, mode, interval):
    assert client.post("/compare/wish/", {"mode": mode, "interval": interval}).status_code == 400
    assert WISH.as_dict() is None


def test_in_production_it_is_for_organisers(client, settings):
    settings.DEBUG = False

    page = client.get("/", headers={"accept": "text/html"})

    assert (page.status_code, page["Location"]) == (302, "/log-in/?next=/")
    assert client.post("/do/approve/").status_code == 403


def test_in_production_our_own_programs_may_look_and_not_press(client, settings):
    settings.DEBUG = False
    known, unknown = (f"Service {token}" for token in (settings.SERVICE_TOKEN, "a guess"))

    assert client.get("/log.json", headers={"authorization": known}).status_code == 200
    assert client.get("/log.json", headers={"authorization": unknown}).status_code == 403
    assert client.post("/do/reset/", headers={"authorization": known}).status_code == 403


def test_what_was_broken_is_undone_once():
    undone = []
    undo = undoing.offer("mend it", lambda: undone.append(1), heals=True)

    undoing.undo_all(only_broken=True)

    assert undone == [1]
    assert undoing.undo(undo.number) is None


def test_what_could_not_be_undone_still_can_be():
    tries = []

    def mend():
        tries.append(1)
        if len(tries) == 1:
            raise NotDone("not now")

    undo = undoing.offer("mend it", mend, heals=False)

    with pytest.raises(NotDone):
        undoing.undo(undo.number)
    assert undoing.undo(undo.number) == undo


def test_what_does_not_heal_at_first_does_later(monkeypatch):
    from threading import Event

    healed, tries = Event(), []

    def mend():
        tries.append(1)
        if len(tries) == 1:
            raise NotDone("not now")
        healed.set()

    monkeypatch.setattr(undoing, "HEALS_AFTER", 0.01)
    monkeypatch.setattr(undoing, "AGAIN", 0.01)
    undoing.offer("mend it", mend, heals=True)

    assert healed.wait(60)


def test_what_was_broken_heals_by_itself(monkeypatch):
    from threading import Event

    healed = Event()
    monkeypatch.setattr(undoing, "HEALS_AFTER", 0.01)
    undoing.offer("mend it", healed.set, heals=True)

    assert healed.wait(60)


@pytest.mark.parametrize(("method", "path", "status", "words"), [
    ("get", "/nowhere/", 404, "There is nothing here"),
    ("post", "/do/nothing-known/", 404, "There is nothing here"),
    ("get", "/do/approve/", 405, "Not like this"),
])  # fmt: skip
def test_what_is_refused_is_told_by_a_page_of_ours_in_development_too(client, method, path, status, words):
    answer = getattr(client, method)(path, headers={"Accept": "text/html"})

    assert (answer.status_code, f"<h1>{words}</h1>" in answer.content.decode()) == (status, True)


def test_browsers_that_ask_for_an_icon_get_it(client):
    answer = client.get("/favicon.ico")

    assert answer.headers["Location"] == "/static/site/icon.svg"
