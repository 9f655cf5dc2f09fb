"""A conference that cannot be read, or that the attendees service refuses, holds up no other."""

import json

import pytest
from samples import FEED, NOTHING, SOURCE, TARGET, conference, handed_on, listing, page

from poller.delta import DeltaPoll
from poller.etag import EtagPoll
from poller.full import FullPoll


@pytest.fixture
def strict(services):
    """The attendees service refuses conference 2 and the deletion of 5, as it does what has no revision."""

    def answer(request):
        body = json.loads(request.body)
        errors = {
            f"{name}.{place}.revision": ["Ensure this value is greater than or equal to 1."]
            for name in ("conferences", "deleted")
            for place, each in enumerate(body[name])
            if each["id"] in (2, 5)
        }
        return (400, {}, json.dumps({"message": "no", "errors": errors})) if errors else (200, {}, json.dumps(NOTHING))

    services.get(TARGET, json={"ids": []})
    services.add_callback("PUT", TARGET, callback=answer)


@pytest.mark.parametrize("kind", [FullPoll, EtagPoll, DeltaPoll])
def test_one_that_is_refused_is_reported_and_left_out(services, strict, source, copies, caplog, kind):
    services.get(SOURCE, json=listing(1, 2, 3), headers={"ETag": '"7"'})
    services.get(FEED, json=page("a", 1, 2, 3))

    kind(source, copies).copy_changes()

    assert handed_on(services)[-1] == ([1, 3], [], [])
    assert "/api/conferences/2/" in caplog.text
    assert "revision" in caplog.text


def test_a_page_of_nothing_else_is_passed(services, strict, source, copies):
    poll = DeltaPoll(source, copies)
    for each in (page("a", 1), page("b", 2, gone=[5]), page("c", 3)):
        services.get(FEED, json=each)

    for _ in range(3):
        poll.copy_changes()

    assert [call.request.params.get("after") for call in services.calls if "/changes/" in call.request.url] == [
        None, "a", "b",
    ]  # fmt: skip
    assert handed_on(services)[-1] == ([3], [], [])


@pytest.mark.parametrize("wrong", [{"name": "no id"}, {"id": "1"}, {"id": None}, 3, None])
@pytest.mark.parametrize("kind", [FullPoll, EtagPoll, DeltaPoll])
def test_one_without_an_id_is_reported_and_left_out(services, source, copies, caplog, kind, wrong):
    services.get(TARGET, json={"ids": [9]})
    services.put(TARGET, json=NOTHING)
    services.get(SOURCE, json={"conferences": [conference(1), wrong, conference(3)]})
    services.get(FEED, json=page("a") | {"changes": [conference(1), wrong, conference(3)]})

    kind(source, copies).copy_changes()

    assert handed_on(services) == [([1, 3], [], [])]  # and 9 is not gone: who knows what could not be read
    assert "without an id" in caplog.text


def test_behind_a_cursor_it_may_be_alone(services, source, copies):
    services.get(TARGET, json={"ids": []})
    services.put(TARGET, json=NOTHING)
    for each in (page("a", 1), page("b") | {"changes": [{"name": "no id"}]}, page("c", 3)):
        services.get(FEED, json=each)
    poll = DeltaPoll(source, copies)

    for _ in range(3):
        poll.copy_changes()

    assert handed_on(services) == [([1], [], []), ([3], [], [])]
