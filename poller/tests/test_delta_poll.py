"""A poll of what changed since the last one."""

import pytest
import requests
from samples import FEED, NOTHING, SOURCE, TARGET, asked, deletion, handed_on, listing, page

from poller.answers import InvalidResponse
from poller.delta import DeltaPoll


@pytest.fixture
def poll(source, copies) -> DeltaPoll:
    """A poller that has just started."""
    return DeltaPoll(source, copies)


@pytest.fixture
def target(services):
    services.get(TARGET, json={"ids": []})
    services.put(TARGET, json=NOTHING)


def fed(services):
    """The questions to the feed so far."""
    return [path.removeprefix("/api/conferences/changes/") for _, path, _ in asked(services) if "/changes/" in path]


def test_it_begins_at_the_start_and_goes_on_where_it_was(services, target, poll):
    for answer in (page("a", 1, 2, more=True), page("b", 3), page("c", 2), page("c")):
        services.get(FEED, json=answer)

    cycles = [poll.copy_changes() for _ in range(3)]

    assert fed(services) == ["", "?after=a", "?after=b", "?after=c"]
    assert handed_on(services) == [([1, 2], [], []), ([3], [], []), ([2], [], [])]
    assert [(cycle.requests, cycle.status) for cycle in cycles] == [(2, 200), (1, 200), (1, 200)]


def test_a_cycle_says_what_all_its_pages_came_to(services, poll):
    services.get(TARGET, json={"ids": []})
    services.put(TARGET, json={"changed": 2, "removed": 1, "duplicated": 0})
    pages = [services.get(FEED, json=page("a", 1, more=True)), services.get(FEED, json=page("b", 3))]

    cycle = poll.copy_changes()

    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    assert (cycle.requests, cycle.changed, cycle.removed) == (2, 4, 2)
    assert cycle.bytes == sum(len(head) + len(each.body) for each in pages)


def test_deletions_are_handed_on_as_the_feed_told_them(services, target, poll, copies):
    services.get(FEED, json=page("a", 1, 2))
    services.get(FEED, json=page("b", 2, gone=[1, 77]))

    poll.copy_changes()
    poll.copy_changes()

    assert handed_on(services)[-1] == ([2], [], [1, 77])
    assert deletion(1) in page("b", gone=[1])["changes"]


def test_at_the_start_only_deletions_of_what_is_known_are_handed_on(services, poll):
    services.get(TARGET, json={"ids": [4, 5]})
    services.put(TARGET, json=NOTHING)
    services.get(FEED, json=page("a", 1, 5, gone=[2, 4], more=True))
    services.get(FEED, json=page("b", gone=[1]))

    poll.copy_changes()

    assert handed_on(services) == [([1, 5], [], [4]), ([], [], [1])]


def test_at_the_start_what_went_without_a_trace_is_gone_if_the_list_does_not_have_it_either(services, poll):
    services.get(TARGET, json={"ids": [1, 8, 9]})
    services.put(TARGET, json=NOTHING)
    services.get(FEED, json=page("a", 1))
    services.get(SOURCE, json=listing(1, 9))

    cycle = poll.copy_changes()

    assert handed_on(services) == [([1], [], []), ([], [8], [])]
    assert cycle.requests == 2


def test_an_empty_feed_and_an_empty_list_remove_nothing(services, poll):
    services.get(TARGET, json={"ids": [1]})
    services.put(TARGET, json=NOTHING)
    services.get(FEED, json=page("a"))
    services.get(SOURCE, json=listing())

    poll.copy_changes()

    assert {(tuple(gone), tuple(deleted)) for _, gone, deleted in handed_on(services)} == {((), ())}


def test_the_cursor_is_remembered_only_once_the_changes_are_safe_there(services, poll):
    services.get(TARGET, json={"ids": []})
    for answer in (page("a", 1), page("b", 2), page("b", 2), page("c", 3)):
        services.get(FEED, json=answer)
    services.put(TARGET, json=NOTHING)
    services.put(TARGET, status=503)
    services.put(TARGET, json=NOTHING)

    poll.copy_changes()
    with pytest.raises(InvalidResponse):
        poll.copy_changes()
    poll.copy_changes()

    assert fed(services) == ["", "?after=a", "?after=a"]
    assert handed_on(services)[1:] == [([2], [], []), ([2], [], [])]


def test_a_start_that_fails_in_the_middle_is_made_again(services, target, poll):
    services.get(FEED, json=page("a", 1, more=True))
    services.get(FEED, body=requests.ReadTimeout("too slow"))
    services.get(FEED, json=page("b", 1, 2))

    with pytest.raises(requests.RequestException):
        poll.copy_changes()
    poll.copy_changes()

    assert fed(services) == ["", "?after=a", ""]


@pytest.mark.parametrize("status", [400, 410])
def test_a_cursor_that_is_refused_is_forgotten_and_everything_asked_for_again(services, target, poll, caplog, status):
    services.get(FEED, json=page("a", 1))
    services.get(FEED, status=status, json={"message": "of another database"})
    services.get(FEED, json=page("z", 1, 2))

    poll.copy_changes()
    cycle = poll.copy_changes()

    assert fed(services) == ["", "?after=a", ""]
    assert handed_on(services)[-1] == ([1, 2], [], [])
    assert cycle.status == 200
    assert "of another database" in caplog.text


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 400, "json": {"message": "no"}},
        {"status": 500, "body": "<html>sorry</html>"},
        {"body": "<html>sorry</html>"},
        {"json": {"changes": [], "more": False}},
        {"json": {"changes": [], "cursor": "a"}},
        {"json": {"changes": [3], "cursor": "a", "more": False}},
        {"json": {"changes": [{"deleted": True}], "cursor": "a", "more": False}},
        {"body": requests.ConnectionError("refused")},
    ],
)
def test_a_failed_answer_changes_nothing(services, target, poll, answer):
    services.get(FEED, **answer)

    with pytest.raises((requests.RequestException, InvalidResponse)):
        poll.copy_changes()

    assert handed_on(services) == []
