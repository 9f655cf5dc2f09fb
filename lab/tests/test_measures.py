"""Figures of the race, on changes and observations whose answers can be worked out by hand."""

import pytest

from lab.race.measures import Arrival, Delays, arrivals, missed, staleness, time_average
from lab.race.records import GONE, Change, Copies, Observation


def change(at, conference=1, revision=1, kind="changed"):
    return Change(at, conference, revision, kind)


def arrival(committed, applied):
    return Arrival(change(committed), applied, exact=True)


def test_a_change_has_arrived_when_its_revision_or_a_newer_one_is_there():
    changes = [change(0.0, revision=2), change(1.0, revision=3), change(2.0, revision=4)]

    arrived = arrivals(changes, [Observation(1.5, 1, 3)])

    assert [(each.at, each.exact) for each in arrived] == [(1.5, False), (1.5, True), (None, False)]


def test_a_conference_that_is_gone_is_newer_than_every_revision_of_it():
    changes = [change(0.0, revision=7), change(1.0, revision=GONE, kind="deleted"), change(0.5, conference=2)]

    arrived = arrivals(changes, [Observation(3.0, 1, GONE)])

    assert [each.delay for each in arrived] == [3.0, 2.0, None]


def test_only_the_first_sighting_counts():
    assert [each.delay for each in arrivals([change(1.0)], [Observation(4.0, 1, 1), Observation(2.0, 1, 1)])] == [1.0]


def test_percentiles_of_the_numbers_from_0_to_100_are_those_numbers():
    assert Delays.of([float(n) for n in range(101)]) == Delays(101, 50.0, 50.0, 95.0, 99.0, 100.0)


def test_nothing_arrived_has_no_percentiles():
    assert Delays.of([]) == Delays(0, None, None, None, None, None)


def test_staleness_is_the_age_of_the_oldest_change_that_waits():
    arrived = [arrival(1.0, 4.0), arrival(2.0, 3.0), arrival(3.5, 5.0)]

    corners = staleness(arrived, 0.0, 6.0)

    assert dict(corners) == {0.0: 0.0, 1.0: 0.0, 2.0: 1.0, 3.0: 2.0, 3.5: 2.5, 4.0: 0.5, 5.0: 0.0, 6.0: 0.0}
    assert (4.0, 3.0) in corners, "just before the oldest was applied"


def test_a_change_that_never_arrives_ages_to_the_end():
    assert staleness([arrival(1.0, None)], 0.0, 3.0)[-1] == (3.0, 2.0)


def test_staleness_is_cut_at_the_window():
    assert time_average(staleness([arrival(0.0, 4.0)], 1.0, 3.0)) == pytest.approx(2.0)


def test_the_average_of_a_sawtooth_is_half_its_height():
    arrived = [arrival(float(n), float(n + 1)) for n in range(10)]

    assert time_average(staleness(arrived, 0.0, 10.0)) == pytest.approx(0.5)


def test_revisions_and_deletions_that_nobody_saw_are_counted_apart():
    arrived = [
        Arrival(change(0.0), 1.0, exact=False),
        Arrival(change(0.0, kind="created"), None, exact=False),
        Arrival(change(0.0, kind="deleted"), None, exact=False),
        Arrival(change(0.0, kind="deleted"), 1.0, exact=True),
    ]

    assert missed(arrived) == (2, 1)


def test_copies_take_only_what_is_newer_and_never_revive_what_is_gone():
    copies = Copies()

    first = copies.push([{"id": 1, "revision": 2}, {"id": 2, "revision": 1}], gone={})
    again = copies.push([{"id": 1, "revision": 1}, {"id": 2, "revision": 1}], gone={1: None})
    late = copies.push([{"id": 1, "revision": 3}], gone={1: None})

    assert (first, again, late) == ((2, 0), (0, 1), (0, 0))
    assert copies.known_ids() == {2}
    assert [(each.conference, each.revision) for each in copies.observations] == [(1, 2), (2, 1), (1, GONE)]
