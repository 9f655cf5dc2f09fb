"""A poll of everything: fetch, hand on, remember."""

import pytest
import requests
import responses
from samples import NOTHING, SOURCE, TARGET, handed_on, listing

from poller.answers import TIMEOUT, InvalidResponse
from poller.copies import BATCH
from poller.cycle import Cycle
from poller.full import FullPoll


@pytest.fixture
def poll(source, copies) -> FullPoll:
    """A poller that has just started."""
    return FullPoll(source, copies)


def test_a_cycle_says_what_it_did(services, poll):
    services.get(TARGET, json={"ids": [1, 2]})
    listed = services.get(SOURCE, json=listing(2, 3))
    services.put(TARGET, json={"changed": 1, "removed": 1, "duplicated": 1})

    cycle = poll.copy_changes()

    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    assert cycle == Cycle(1, len(head + listed.body), status=200, changed=1, removed=1, ms=cycle.ms)
    assert str(cycle) == f"requests=1 bytes={cycle.bytes} status=200 changed=1 removed=1 ms={cycle.ms:.1f}"


def test_what_pollers_hand_on_twice_is_counted(services, poll, copies):
    services.get(TARGET, json={"ids": []})
    services.get(SOURCE, json=listing(2, 3))
    services.put(TARGET, json={"changed": 0, "removed": 0, "duplicated": 2})

    poll.copy_changes()
    poll.copy_changes()

    assert (copies.take_duplicated(), copies.take_duplicated()) == (4, 0)


def test_conferences_are_handed_on_as_they_were_listed(services, poll):
    services.get(TARGET, json={"ids": []})
    services.get(SOURCE, json=listing(2, 3))
    services.put(
        TARGET,
        json=NOTHING,
        match=[responses.matchers.json_params_matcher({**listing(2, 3), "gone": [], "deleted": []})],
    )

    poll.copy_changes()


def test_what_went_while_the_poller_was_down_is_gone(services, poll):
    services.get(TARGET, json={"ids": [1, 2, 9]})
    services.get(SOURCE, json=listing(2))
    services.put(TARGET, json=NOTHING)

    poll.copy_changes()

    assert handed_on(services) == [([2], [1, 9], [])]


def test_what_goes_later_is_gone_without_asking_for_the_copies_again(services, poll):
    services.get(TARGET, json={"ids": []})
    services.get(SOURCE, json=listing(1, 2))
    services.get(SOURCE, json=listing(2))
    services.get(SOURCE, json=listing(2))
    services.put(TARGET, json=NOTHING)

    for _ in range(3):
        poll.copy_changes()

    assert handed_on(services) == [([1, 2], [], []), ([2], [1], []), ([2], [], [])]
    assert services.assert_call_count(TARGET, 1 + 3)


def test_it_is_remembered_only_once_it_is_safe_there(services, poll):
    services.get(TARGET, json={"ids": [1]})
    services.get(SOURCE, json=listing(2))
    services.put(TARGET, status=503)
    services.put(TARGET, json=NOTHING)

    with pytest.raises(InvalidResponse):
        poll.copy_changes()
    poll.copy_changes()

    assert handed_on(services) == [([2], [1], []), ([2], [1], [])]


def test_an_empty_list_removes_nothing_and_is_forgotten(services, poll):
    services.get(TARGET, json={"ids": [1, 2]})
    services.get(SOURCE, json=listing())
    services.get(SOURCE, json=listing(2))
    services.put(TARGET, json=NOTHING)

    poll.copy_changes()
    poll.copy_changes()

    assert handed_on(services) == [([], [], []), ([2], [1], [])]


def test_a_long_list_goes_in_portions_and_the_gone_with_the_last(services, poll):
    services.get(TARGET, json={"ids": [9999]})
    services.get(SOURCE, json=listing(*range(1, 2 * BATCH + 2)))
    services.put(TARGET, json={"changed": 2, "removed": 1, "duplicated": 0})

    cycle = poll.copy_changes()

    assert [(len(ids), gone) for ids, gone, _ in handed_on(services)] == [(BATCH, []), (BATCH, []), (1, [9999])]
    assert (cycle.changed, cycle.removed) == (6, 3)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500, "body": "<html>sorry</html>"},
        {"status": 404, "json": {"message": "no"}},
        {"status": 301, "headers": {"Location": "http://elsewhere/"}},
        {"body": "<html>sorry</html>"},
        {"body": '{"conferences": [{"id": 1'},
        {"body": ""},
        {"json": []},
        {"json": None},
        {"json": {"locations": []}},
        {"json": {"conferences": {}}},
        {"json": {"conferences": [3]}},
        {"json": {"conferences": [{"name": "no id"}]}},
        {"body": requests.ConnectionError("refused")},
        {"body": requests.ReadTimeout("too slow")},
    ],
)
def test_a_failed_answer_removes_nothing(services, poll, answer):
    services.get(TARGET, json={"ids": [1, 2]})
    services.get(SOURCE, **answer)

    with pytest.raises((requests.RequestException, InvalidResponse)):
        poll.copy_changes()

    assert handed_on(services) == []


@pytest.mark.parametrize("answer", [{"status": 401, "json": {}}, {"body": "hello"}, {"json": {"ids": None}}])
def test_without_knowing_the_copies_nothing_is_fetched(services, poll, answer):
    services.get(TARGET, **answer)

    with pytest.raises((requests.RequestException, InvalidResponse)):
        poll.copy_changes()

    services.assert_call_count(SOURCE, 0)


def test_the_token_goes_to_the_attendees_service_only_and_no_request_waits_for_ever(services, poll):
    services.get(TARGET, json={"ids": []})
    services.get(SOURCE, json=listing(1))
    services.put(TARGET, json=NOTHING)

    poll.copy_changes()

    seen = [(call.request.url, call.request.headers.get("Authorization")) for call in services.calls]
    assert seen == [(TARGET, "Service secret"), (SOURCE, None), (TARGET, "Service secret")]
    assert {call.request.req_kwargs["timeout"] for call in services.calls} == {TIMEOUT}


@pytest.mark.parametrize(
    "href", ["/api/conferences/7/", "/api/conferences/7", "http://monolith:8000/api/conferences/7/"]
)
def test_a_number_is_read_out_of_an_href_that_comes_without_one(services, poll, href):
    services.get(TARGET, json={"ids": []})
    services.get(SOURCE, json={"conferences": [{"href": href, "name": "TheirDay"}]})
    services.put(TARGET, json=NOTHING)

    poll.copy_changes()

    assert handed_on(services) == [([7], [], [])]
