"""The scenes of the tour. Each yields lines: pattern, what was done, what was seen, what was measured."""

import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median

from lab.clients import Api, Broker, NotSeen, Witness, wait_until
from lab.mailroom import ReceivedLetter, letters_to
from lab.stack import Stack

Line = tuple[str, str, str, str]
ACCEPTED = "Your presentation has been accepted"
REJECTED = "Your presentation has been rejected"


@dataclass
class Tour:
    """What the scenes share: the APIs, the stack, and a name for this run that no other run has."""

    stack: Stack
    monolith: Api
    attendees: Api
    say: Callable[[str], None]
    name: str = field(default_factory=lambda: secrets.token_hex(3))


def decisions_become_letters(tour: Tour) -> Iterator[Line]:
    """Queueing: a decision is published to a queue, a worker writes the letter"""
    for verb, subject in (("approval", ACCEPTED), ("rejection", REJECTED)):
        (presentation,) = _offer(tour, 1, f"{verb}")
        tour.say(f"PUT …/{verb}/, then watching the mail")
        answered = _decide(tour, presentation, verb)
        arrived = _wait_for_letters(tour, [presentation])
        (letter,) = _letters(tour, [presentation])
        if letter.subject != subject:
            raise NotSeen(f"the letter about the {verb} says {letter.subject!r}")
        yield (
            "queue",
            f"{verb} of a presentation",
            f"answered 200; letter “{letter.subject}”",
            f"answer {_ms(answered)}, letter {_ms(arrived)} later",
        )


def an_account_is_broadcast(tour: Tour) -> Iterator[Line]:
    """Publish/subscribe: an account change reaches every subscriber"""
    email = f"guest-{tour.name}@example.com"
    conference = tour.monolith.get("/api/conferences/")["conferences"][0]["id"]
    wait_until(lambda: _is_known(tour, conference), "the attendees service to know the conference")
    attendee = tour.attendees.post("/api/attendees/", name="Tour Guest", email=email, conference=conference)
    with Witness("account_info") as witness:
        tour.say("signing up an account; the attendees service and a second subscriber listen")
        tour.monolith.post(
            "/api/accounts/",
            username=f"guest-{tour.name}",
            email=email,
            password=f"correct horse {tour.name}",
            first_name="Tour",
            last_name="Guest",
        )
        at_attendees = wait_until(
            lambda: tour.attendees.get(attendee["href"])["has_account"], "the attendees service to know the account"
        )
        tour.monolith.put(f"/api/accounts/{email}/", first_name="Renamed")
        names: list[str] = []

        def both_seen() -> bool:
            names.extend(news["first_name"] for news in map(json.loads, witness.bodies()) if news["email"] == email)
            return len(names) >= 2

        at_witness = wait_until(both_seen, "the second subscriber to have both messages")
        if names != ["Tour", "Renamed"]:
            raise NotSeen(f"the second subscriber saw {names}, not the sign-up and then the change")
    yield "publish/subscribe", "sign-up of an account", "attendees has it: has_account is true", _ms(at_attendees)
    yield "publish/subscribe", "change of its name", "a second subscriber saw both, in order", _ms(at_witness)


def a_conference_travels_both_ways(tour: Tour) -> Iterator[Line]:
    """Polling v. messaging: the same change, pushed and polled"""
    conference = tour.monolith.get("/api/conferences/")["conferences"][0]
    tour.monolith.put(conference["href"], max_attendees=conference["max_attendees"] + 1)
    lags: dict[str, float] = {}
    tour.say("one conference was changed; waiting for the push and for the next poll")

    def both_lanes() -> bool:
        for sighting in tour.attendees.get(f"/api/sync/?conference={conference['id']}")["sightings"]:
            if sighting["revision"] > conference["revision"]:
                lags[sighting["lane"]] = sighting["lag_ms"] / 1000
        return {"push", "poll"} <= set(lags)

    wait_until(both_lanes, "the change to arrive by message and by poll", seconds=90)
    yield "messaging", "change of a conference", "the push lane has it", f"{_ms(lags['push'])} after the change"
    yield "polling", "the same change", "the poll lane has it", f"{_ms(lags['poll'])} after the change"


def two_workers_share_the_work(tour: Tour) -> Iterator[Line]:
    """Competing consumers: two workers share twenty approvals, each letter once"""
    tour.say("starting a second presentation_workflow")
    tour.stack.scale("presentation_workflow", 2)
    try:
        _wait_for_workers(2)
        presentations = _offer(tour, 20, "shared")
        answers = [_decide(tour, presentation, "approval") for presentation in presentations]
        arrived = _wait_for_letters(tour, presentations)
        letters = _each_once(tour, presentations)
    finally:
        tour.stack.scale("presentation_workflow", 1)
    shares = Counter(letter.worker for letter in letters)
    if len(shares) != 2:
        raise NotSeen(f"the letters came from {len(shares)} workers, not 2: {dict(shares)}")
    yield (
        "queue",
        "20 approvals, 2 workers",
        f"20 letters, each once, shared {' + '.join(map(str, shares.values()))}",
        f"answers {_ms(median(answers))} (median); last letter {_ms(arrived)} after the last answer",
    )


def the_broker_is_away(tour: Tour) -> Iterator[Line]:
    """An outage: the broker is stopped, people go on deciding, nothing is lost"""
    calm = [_decide(tour, each, "approval") for each in _offer(tour, 50, "calm")]
    presentations = _offer(tour, 50, "storm")
    tour.say("stopping rabbitmq, then approving 50 presentations")
    tour.stack.stop("rabbitmq")
    try:
        storm = [_decide(tour, each, "approval") for each in presentations]
        early = _letters(tour, presentations)
    finally:
        tour.stack.start("rabbitmq")
    tour.say("rabbitmq is starting again; waiting for the letters")
    arrived = _wait_for_letters(tour, presentations, seconds=180)
    _each_once(tour, presentations)
    if early:
        raise NotSeen(f"{len(early)} letters came while the broker was stopped: it was not")
    yield (
        "outage",
        "50 approvals while the broker was stopped",
        "all answered 200; 50 letters afterwards, each once",
        f"answers {_ms(median(storm))}, slowest {_ms(max(storm))} (with broker {_ms(median(calm))}, "
        f"slowest {_ms(max(calm))}); letters {arrived:.0f} s after its start",
    )


ALL = (
    decisions_become_letters,
    an_account_is_broadcast,
    a_conference_travels_both_ways,
    two_workers_share_the_work,
    the_broker_is_away,
)


def _is_known(tour: Tour, conference: int) -> bool:
    return conference in {each["id"] for each in tour.attendees.get("/api/conferences/")["conferences"]}


def _offer(tour: Tour, number: int, about: str) -> list[dict[str, str]]:
    conference = tour.monolith.get("/api/conferences/")["conferences"][0]
    return [
        tour.monolith.post(
            f"{conference['href']}presentations/",
            presenter_name="Tour Presenter",
            presenter_email=f"{about}-{n}-{tour.name}@example.com",
            title=f"Talk {n} of tour {tour.name}",
            synopsis="What we saw on the way.",
        )
        for n in range(number)
    ]


def _decide(tour: Tour, presentation: dict[str, str], verb: str) -> float:
    started = time.perf_counter()
    tour.monolith.put(f"{presentation['href']}{verb}/")
    return time.perf_counter() - started


def _letters(tour: Tour, presentations: list[dict[str, str]]) -> list[ReceivedLetter]:
    return letters_to({each["presenter_email"] for each in presentations}, tour.stack.engine)


def _wait_for_letters(tour: Tour, presentations: list[dict[str, str]], seconds: float = 60) -> float:
    return wait_until(
        lambda: len(_letters(tour, presentations)) >= len(presentations),
        f"{len(presentations)} letters",
        seconds,
    )


def _each_once(tour: Tour, presentations: list[dict[str, str]]) -> list[ReceivedLetter]:
    time.sleep(1)  # a second copy would come right behind
    letters = _letters(tour, presentations)
    twice = [address for address, times in Counter(letter.to for letter in letters).items() if times > 1]
    if twice:
        raise NotSeen(f"a letter came more than once to {', '.join(twice)}")
    return letters


def _wait_for_workers(number: int) -> None:
    broker = Broker()
    wait_until(
        lambda: broker.consumers("workflow.presentation_approvals") == number, f"{number} workers on the queue", 90
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.1f} s"
