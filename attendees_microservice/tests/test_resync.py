"""A subscriber that starts late, or was away, learns what it missed."""

import time

import pytest
import requests
from django.conf import settings
from samples import an_account, listed

from attendees.copies import live_ids
from attendees.resync import Resync

API = f"{settings.MONOLITH_URL}/api"


@pytest.mark.django_db(transaction=True)
def test_a_monolith_that_is_away_is_asked_again_and_nobody_waits(monolith):
    nothing = {"changes": [], "cursor": "a", "more": False}
    monolith.get(f"{API}/accounts/changes/", body=requests.ConnectionError("refused"))
    monolith.get(f"{API}/accounts/changes/", json=nothing | {"changes": [an_account("ada@example.com")]})
    monolith.get(f"{API}/conferences/changes/", json=nothing)
    monolith.get(f"{API}/conferences/", json={"conferences": [listed(3)]})
    resync = Resync()
    resync.start()

    started = time.monotonic()
    resync.ask()
    waited = time.monotonic() - started

    eventually(lambda: live_ids() == {3})
    assert waited < 0.1


@pytest.mark.django_db(transaction=True)
def test_everything_is_compared_at_first_and_then_only_what_changed(monolith):
    nothing = {"changes": [], "cursor": "a", "more": False}
    feeds = [monolith.get(f"{API}/{noun}/changes/", json=nothing) for noun in ("accounts", "conferences")]
    whole = monolith.get(f"{API}/conferences/", json={"conferences": []})
    resync = Resync()
    resync.start()

    for number in (1, 2, 3):
        resync.ask()
        eventually(lambda number=number: [feed.call_count for feed in feeds] == [number + 1, number])
        eventually(lambda: whole.call_count == 1)

    assert {call.request.params.get("after") for call in monolith.calls} == {None, "a"}


def eventually(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)
