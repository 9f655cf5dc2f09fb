"""How stale each source's news was."""

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from samples import a_conference

from attendees import observations, statistics, updates
from attendees.models import Duplicate, Observation, Source
from attendees.records import ConferenceDeletion

pytestmark = pytest.mark.django_db


def changed(id, revision, ms_ago):
    return a_conference(id, revision, updated=timezone.now() - timedelta(milliseconds=ms_ago))


def without_times(rows):
    return [(row["lane"], row["conference_id"], row["revision"], row["first"]) for row in rows]


@pytest.mark.parametrize("slash", ["/", ""])
def test_the_first_lane_and_the_late_one_are_told_apart(browser, slash):
    updates.apply_changes(Source.PUSH, [changed(3, 1, ms_ago=10)])
    updates.apply_changes(Source.POLL, [changed(3, 1, ms_ago=2000)])
    updates.apply_changes(Source.POLL, [changed(4, 1, ms_ago=2000)])

    answer = browser.get(f"/api/sync{slash}?conference=3")

    assert answer.status_code == 200
    assert without_times(answer.json()["sightings"]) == [("poll", 3, 1, False), ("push", 3, 1, True)]
    lags = [row["lag_ms"] for row in answer.json()["sightings"]]
    assert lags == [pytest.approx(2000, abs=500), pytest.approx(10, abs=500)]


def test_each_lane_has_its_figures(browser):
    updates.apply_changes(Source.POLL, [changed(id, 1, ms_ago=1000 * id) for id in range(1, 102)])

    answer = browser.get("/api/sync/").json()

    missed = {"duplicated": 0, "never_saw": {"revisions": 0, "deletions": 0}}
    nothing = {"count": 0, "first": 0, "late": 0, "p50_ms": None, "p95_ms": None, "p99_ms": None, "max_ms": None}
    polled = {
        "count": 101, "first": 101, "late": 0,
        "p50_ms": pytest.approx(51_000, abs=500),
        "p95_ms": pytest.approx(96_000, abs=500),
        "p99_ms": pytest.approx(100_000, abs=500),
        "max_ms": pytest.approx(101_000, abs=500),
    }  # fmt: skip
    since = {"push": {"since": None}, "poll": {"since": answer["sightings"][0]["seen"]}}
    assert answer["lanes"] == {"push": nothing | missed | since["push"], "poll": polled | missed | since["poll"]}
    assert answer["window_seconds"] == 3600
    assert len(answer["sightings"]) == observations.LATEST


def lane(browser, name):
    return browser.get("/api/sync/").json()["lanes"][name]


def test_a_lane_is_at_work_since_it_brought_its_first(browser):
    updates.apply_poll([changed(3, 1, ms_ago=15_000)], [], [])
    first = Observation.objects.get().seen
    updates.apply_poll([changed(3, 2, ms_ago=900)], [], [])

    assert datetime.fromisoformat(lane(browser, "poll")["since"]) == first
    assert lane(browser, "push")["since"] is None


def test_what_came_late_is_counted(browser):
    updates.apply_changes(Source.PUSH, [changed(3, 1, 10), changed(4, 1, 10)])
    updates.apply_poll([changed(4, 1, 20), changed(5, 1, 20)], [], [])

    assert [(lane(browser, name)["first"], lane(browser, name)["late"]) for name in Source.values] == [(2, 0), (1, 1)]


def test_what_a_lane_brings_again_is_counted_and_an_hour_later_forgotten(browser):
    for _ in range(3):
        updates.apply_poll([changed(3, 1, 10), changed(4, 1, 10)], [], [])
    assert lane(browser, "poll")["duplicated"] == 4

    Duplicate.objects.update(minute=timezone.now() - observations.WINDOW - timedelta(minutes=1))
    assert lane(browser, "poll")["duplicated"] == 0
    updates.apply_poll([changed(3, 1, 10)], [], [])

    assert [each.count for each in Duplicate.objects.all()] == [1]


def test_states_between_two_that_a_lane_brought_it_never_saw(browser):
    for revision in (1, 2, 3, 4, 5):
        updates.apply_changes(Source.PUSH, [changed(3, revision, 10)])
    updates.apply_poll([changed(3, 1, 10), changed(4, 7, 10)], [], [])
    updates.apply_poll([changed(3, 5, 10)], [], [])

    assert [lane(browser, name)["never_saw"]["revisions"] for name in Source.values] == [0, 3]


def test_a_deletion_is_missed_by_the_lane_that_does_not_bring_it_soon(browser):
    updates.apply_deletions(Source.PUSH, [ConferenceDeletion(id, 2, timezone.now()) for id in (3, 4)])
    updates.apply_poll([], [ConferenceDeletion(4, 2, timezone.now())], [])
    assert lane(browser, "poll")["never_saw"]["deletions"] == 0

    Observation.objects.update(seen=timezone.now() - statistics.PATIENCE)

    assert [lane(browser, name)["never_saw"]["deletions"] for name in Source.values] == [0, 1]


def test_what_was_seen_before_the_window_is_not_counted(browser):
    updates.apply_changes(Source.PUSH, [changed(3, 1, ms_ago=10)])
    Observation.objects.update(seen=timezone.now() - observations.WINDOW - timedelta(seconds=1))

    assert browser.get("/api/sync/").json()["lanes"]["push"]["count"] == 0


def test_a_lane_sees_each_state_once():
    for ms_ago in (10, 5000, 10_000):
        updates.apply_changes(Source.POLL, [changed(3, 1, ms_ago)])

    assert Observation.objects.get().lag_ms == pytest.approx(10, abs=500)


def test_a_state_that_was_overtaken_on_the_way_is_late():
    updates.apply_changes(Source.PUSH, [changed(3, 2, 10), changed(3, 1, 20)])

    assert without_times(observations.latest(3)) == [("push", 3, 1, False), ("push", 3, 2, True)]


def test_a_deletion_is_seen_too():
    updates.apply_deletions(Source.PUSH, [ConferenceDeletion(3, 2, timezone.now())])

    assert without_times(observations.latest()) == [("push", 3, 2, True)]


def test_a_clock_ahead_of_ours_is_no_negative_lag():
    updates.apply_changes(Source.PUSH, [changed(3, 1, ms_ago=-60_000)])

    assert Observation.objects.get().lag_ms == 0


def test_old_sightings_go_but_the_last_of_each_conference_stays(monkeypatch):
    monkeypatch.setattr(observations, "KEPT", 3)
    monkeypatch.setattr(observations, "TRIMMED", 1)  # at each look, whatever numbers other tests have used up

    for revision in range(1, 9):
        updates.apply_changes(Source.POLL, [changed(3, revision, 10), changed(4, 1, 10)])

    assert [row["revision"] for row in observations.latest(3)] == [8, 7, 6]
    assert [row["revision"] for row in observations.latest(4)] == [1]


@pytest.mark.parametrize("wrong", ["x", "", "-1", "9" * 50, "%00"])
def test_a_wrong_conference_is_a_400(browser, wrong):
    answer = browser.get(f"/api/sync/?conference={wrong}")

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["conference"]


def test_people_read_a_table_of_it(browser):
    updates.apply_changes(Source.PUSH, [changed(3, 1, ms_ago=10_000)])

    page = browser.get("/api/sync/", headers={"accept": "text/html"}).content.decode()

    assert '<th scope="row">message</th>' in page
    assert re.search(r"<td>1\d{4} ms</td>", page)
    assert "0 revisions" in page
