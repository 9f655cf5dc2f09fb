"""What docs/explanation/polling-v-messaging.md says is what the figures that are checked in beside it say."""

import json
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "explanation"
PAGE = " ".join((FOLDER / "polling-v-messaging.md").read_text().split())
RACE = json.loads((FOLDER / "race" / "summary.json").read_text())
GROWTH = json.loads((FOLDER / "race" / "growth.json").read_text())
MIDDLE = {"conferences": 1_000, "consumers": 5, "rate": 10}
POLLS = ("full", "etag", "delta")

LANES = {lane["lane"]: lane for lane in RACE["heats"][0]["lanes"]}
BURST = {lane["lane"]: lane for lane in RACE["heats"][-1]["lanes"]}
ALL = [lane for heat in RACE["heats"] for lane in heat["lanes"]]
BILLS = {bill["lane"]: bill for bill in RACE["bills"]}
HELD = {bar["claim"]: bar["held"] for bar in RACE["bars"]}


def is_poll(lane):
    return not lane["lane"].startswith("fanout")


def cpu(bill, *parts):
    return sum(bill["cpu_ms_per_minute"][part] for part in parts or bill["cpu_ms_per_minute"])


def producer(bill):
    return cpu(bill, "web", "relay", "database")


def along(thing):
    """The points at which only a thing differs, the least of it first."""
    others = {name: value for name, value in MIDDLE.items() if name != thing}
    points = [point for point in GROWTH["points"] if all(point[name] == others[name] for name in others)]
    return sorted(points, key=lambda point: point[thing])


def bill_at(point, way):
    return next(bill for bill in point["bills"] if bill["lane"].startswith(way))


def grown(thing, way, cost):
    """How many times as much a way costs when there is most of a thing as when there is least."""
    least, *_, most = along(thing)
    return cost(bill_at(most, way)) / max(cost(bill_at(least, way)), 1)


def at(rate, way):
    """What a way costs the producer at so many changes a second."""
    return next(producer(bill_at(point, way)) for point in along("rate") if point["rate"] == rate)


def outage(party, way):
    return next(each for each in RACE["outages"] if each["party"] == party and each["entry"]["way"] == way)


@pytest.mark.parametrize(
    ("sentence", "holds"),
    [
        (
            "every way of polling lies on them",
            lambda: all(held for claim, held in HELD.items() if "polls every" in claim),
        ),
        (
            "Pushed changes arrive dozens of times sooner than by the quickest poll here, and at 200 changes a second",
            lambda: all(
                24 * heat["fanout x1"]["delays"]["mean"] < min(heat[f"{way} 1 s x1"]["delays"]["mean"] for way in POLLS)
                for heat in (LANES, BURST)
            ),
        ),
        (
            "`delta` sends several times less already with a hundred conferences",
            lambda: 3 * BILLS["delta 1 s x1"]["received_per_minute"] < BILLS["full 1 s x1"]["received_per_minute"],
        ),
        (
            "less than a twentieth of the CPU and a fiftieth of the bytes",
            lambda: all(held for claim, held in HELD.items() if "delta poll's" in claim),
        ),
        (
            "costs next to nothing while nothing changes",
            lambda: HELD["an etag poll's CPU, nothing changed, of a full poll's"],
        ),
        (
            "one `delta` poller that asks every second costs less CPU than one subscriber",
            lambda: cpu(BILLS["delta 1 s x1"]) < cpu(BILLS["fanout x1"]),
        ),
        (
            "only `full` and `etag` grow: a hundred times as many cost the producer more than ten times as much",
            lambda: (
                all(grown("conferences", way, producer) > 10 for way in ("full", "etag"))
                and all(grown("conferences", way, producer) < 4 for way in ("delta", "fanout"))
            ),
        ),
        (
            "Each poller is a load on the producer; each subscriber one on the broker, hardly on the producer",
            lambda: (
                all(grown("consumers", way, producer) > 4 for way in POLLS)
                and grown("consumers", "fanout", producer) < 3
                and grown("consumers", "fanout", lambda bill: cpu(bill, "broker")) > 2
            ),
        ),
        (
            "With the rate of changes `full` and `delta` hardly grow",
            lambda: all(grown("rate", way, producer) < 8 for way in ("full", "delta")),
        ),
        ("Messaging grows with every change", lambda: grown("rate", "fanout", cpu) > 10),
        (
            "with one every ten seconds it costs the producer less than any polling",
            lambda: all(at(0.1, "fanout") < at(0.1, way) for way in POLLS),
        ),
        (
            "with a hundred a second more than polls that fetch a thousand conferences in full",
            lambda: at(100, "fanout") > at(100, "full"),
        ),
        (
            "every polling lane missed revisions. Push saw every one",
            lambda: all((lane["missed_revisions"] > 0) == is_poll(lane) for lane in ALL),
        ),
        ("Deletions reach both", lambda: HELD["changes and deletions that a lane never learned of"]),
        ("loses what came meanwhile, for ever | kept everything", lambda: outage("consumer", "fanout")["lost"] > 0),
        (
            "kept everything",
            lambda: all(outage(party, "durable")["lost"] == 0 for party in ("consumer", "producer", "broker")),
        ),
        ("do not notice", lambda: all(outage("broker", way)["seconds"] == 0 for way in POLLS)),
    ],
)
def test_what_the_page_says_is_what_was_measured(sentence, holds):
    assert sentence in PAGE
    assert holds()


def test_what_is_checked_in_is_the_long_race_with_every_bar_held():
    assert RACE["plan"]["consumers"] == [1, 5, 25]
    assert set(HELD.values()) == {True}


def test_its_pictures_are_small():
    sizes = {picture.name: picture.stat().st_size for picture in (FOLDER / "race").glob("*.png")}

    named = {"staleness.png", "delays.png", "trade.png", "burst.png", "costs.png", "growth.png"}
    assert sizes.keys() - {"headline.png"} == named  # that one since the report has a headline
    assert max(sizes.values()) < 150_000
