"""The monolith's database was restored: what was known from before is asked for anew, and handed on as news."""

import pytest
from samples import FEED, NOTHING, SOURCE, TARGET, asked, handed_on, listing, page

from poller.delta import DeltaPoll
from poller.etag import EtagPoll
from poller.full import FullPoll

BEFORE, AFTER = {"Epoch": "1000"}, {"Epoch": "2000"}


@pytest.fixture
def target(services):
    services.get(TARGET, json={"ids": []})
    services.put(TARGET, json=NOTHING)


def epochs(services):
    return [call.request.headers.get("Epoch") for call in services.calls if call.request.method == "PUT"]


@pytest.mark.parametrize("kind", [FullPoll, EtagPoll])
def test_a_list_is_handed_on_with_its_epoch_and_then_the_copies_are_asked_for(services, source, copies, kind):
    """What came and went between two lists is known there alone: here conference 9."""
    services.get(TARGET, json={"ids": []})
    services.get(TARGET, json={"ids": [1, 9]})
    services.put(TARGET, json=NOTHING)
    services.get(SOURCE, json=listing(1), headers=BEFORE | {"ETag": '"1000.7"'})
    services.get(SOURCE, json=listing(1), headers=AFTER | {"ETag": '"2000.7"'})
    services.get(SOURCE, json=listing(1), headers=AFTER | {"ETag": '"2000.7"'})
    poll = kind(source, copies)

    for _ in range(3):
        poll.copy_changes()

    assert epochs(services) == ["1000", "2000", "2000"]
    assert handed_on(services) == [([1], [], []), ([1], [], []), ([1], [9], [])]


def test_a_cursor_of_before_is_refused_and_the_feed_is_read_from_its_start(services, target, source, copies):
    services.get(FEED, json=page("a", 1), headers=BEFORE)
    services.get(FEED, status=410, json={"message": "of another database"})
    services.get(FEED, json=page("z", 1), headers=AFTER)
    poll = DeltaPoll(source, copies)

    poll.copy_changes()
    poll.copy_changes()

    assert epochs(services) == ["1000", "2000"]


def test_a_monolith_that_counts_none_is_polled_as_ever(services, target, source, copies):
    services.get(SOURCE, json=listing(1))
    poll = FullPoll(source, copies)

    poll.copy_changes()
    poll.copy_changes()

    assert epochs(services) == [None, None]
    assert [path for method, path, _ in asked(services) if method == "GET"].count("/api/copies/conferences/") == 1
