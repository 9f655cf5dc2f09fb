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
    monolith.get(f"{API}/accounts/changes/", json=nothing)
    monolith.get(f"{API}/conferences/changes/", json=nothing)
    monolith.get(f"{API}/accounts/", json={"accounts": [an_account("ada@example.com")]})
    monolith.get(f"{API}/conferences/", json={"conferences": [listed(3)]})
    resync = Resync()
    resync.start()

    started = time.monotonic()
    resync.ask()
    waited = time.monotonic() - started

    deadline = time.monotonic() + 10
    while live_ids() != {3} and time.monotonic() < deadline:
        time.sleep(0.05)
    assert live_ids() == {3}
    assert waited < 0.1
