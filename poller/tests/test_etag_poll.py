"""A poll of everything, unless it is still the same."""

import pytest
from samples import NOTHING, SOURCE, TARGET, asked, handed_on, listing

from poller.answers import InvalidResponse
from poller.etag import EtagPoll


@pytest.fixture
def poll(source, copies) -> EtagPoll:
    """A poller that has just started."""
    return EtagPoll(source, copies)


@pytest.fixture
def target(services):
    services.get(TARGET, json={"ids": [1]})
    services.put(TARGET, json=NOTHING)


def test_what_is_still_the_same_is_neither_sent_nor_handed_on(services, target, poll):
    services.get(SOURCE, json=listing(1, 2), headers={"ETag": '"7"'})
    services.get(SOURCE, status=304, headers={"ETag": '"7"'})

    poll.copy_changes()
    cycle = poll.copy_changes()

    assert (cycle.status, cycle.requests, cycle.changed, cycle.removed) == (304, 1, 0, 0)
    assert handed_on(services) == [([1, 2], [], [])]
    assert asked(services)[1::2] == [("GET", "/api/conferences/", None), ("GET", "/api/conferences/", '"7"')]


def test_a_304_is_counted_with_its_headers(services, target, poll):
    services.get(SOURCE, json=listing(1), headers={"ETag": '"7"'})
    services.get(SOURCE, status=304, headers={"ETag": '"7"'})

    poll.copy_changes()

    head = 'HTTP/1.1 304 Not Modified\r\nETag: "7"\r\nContent-Type: text/plain\r\n\r\n'
    assert poll.copy_changes().bytes == len(head)


def test_what_changed_is_handed_on_with_what_is_gone(services, target, poll):
    services.get(SOURCE, json=listing(1, 2), headers={"ETag": '"7"'})
    services.get(SOURCE, json=listing(2, 3), headers={"ETag": '"8"'})
    services.get(SOURCE, status=304)

    for _ in range(3):
        poll.copy_changes()

    assert handed_on(services) == [([1, 2], [], []), ([2, 3], [1], [])]
    assert asked(services)[-1] == ("GET", "/api/conferences/", '"8"')


def test_the_etag_is_remembered_only_once_the_list_is_safe_there(services, poll):
    services.get(TARGET, json={"ids": [1]})
    services.get(SOURCE, json=listing(2), headers={"ETag": '"7"'})
    services.put(TARGET, status=503)
    services.put(TARGET, json=NOTHING)

    with pytest.raises(InvalidResponse):
        poll.copy_changes()
    poll.copy_changes()

    assert handed_on(services) == [([2], [1], []), ([2], [1], [])]


def test_a_304_that_nobody_asked_for_is_no_answer(services, target, poll):
    services.get(SOURCE, status=304)

    with pytest.raises(InvalidResponse):
        poll.copy_changes()


def test_a_monolith_without_etags_is_asked_for_everything(services, target, poll):
    services.get(SOURCE, json=listing(1))

    poll.copy_changes()
    poll.copy_changes()

    assert [each for _, _, each in asked(services)] == [None] * 5
