"""The scenes of the tour. Each yields lines: pattern, what was done, what was seen, what was measured."""

import json
from collections import Counter
from collections.abc import Iterator
from statistics import median

from lab.clients import Broker, NotSeen, Witness, wait_until
from lab.touring import Line, Tour, decide, each_once, in_words, letters_about, offer, wait_for_letters

ACCEPTED = "Your presentation has been accepted"
REJECTED = "Your presentation has been rejected"


def decisions_become_letters(tour: Tour) -> Iterator[Line]:
    """Queueing: a decision is published to a queue, a worker writes the letter"""
    for verb, subject in (("approval", ACCEPTED), ("rejection", REJECTED)):
        (presentation,) = offer(tour, 1, f"{verb}")
        tour.say(f"PUT …/{verb}/, then watching the mail")
        answered = decide(tour, presentation, verb)
        arrived = wait_for_letters(tour, [presentation])
        (letter,) = letters_about(tour, [presentation])
        if letter.subject != subject:
            raise NotSeen(f"the letter about the {verb} says {letter.subject!r}")
        yield (
            "queue",
            f"{verb} of a presentation",
            f"answered 200; letter “{letter.subject}”",
            f"answer {in_words(answered)}, letter {in_words(arrived)} later",
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
    yield "publish/subscribe", "sign-up of an account", "attendees has it: has_account is true", in_words(at_attendees)
    yield "publish/subscribe", "change of its name", "a second subscriber saw both, in order", in_words(at_witness)


def a_pattern_chooses(tour: Tour) -> Iterator[Line]:
    """Topics: a subscriber chooses by pattern; the audit log keeps every event"""
    email, conference = f"topic-{tour.name}@example.com", tour.monolith.get("/api/conferences/")["conferences"][0]
    with Witness("changes", "conference.#") as witness:
        tour.say("an account and a conference change; a subscriber is bound by conference.# only")
        tour.monolith.post(
            "/api/accounts/",
            username=f"topic-{tour.name}",
            email=email,
            password=f"correct horse {tour.name}",
            first_name="Tour",
            last_name="Topic",
        )
        tour.monolith.put(conference["href"], max_attendees=conference["max_attendees"] + 1)
        subjects = (f"account/{email}", f"conference/{conference['id']}")
        arrived = wait_until(
            lambda: all(f"of {subject}, " in tour.stack.logs("audit_log") for subject in subjects),
            "the audit log to keep both",
        )
        names = {json.loads(body)["name"] for body in witness.bodies()}
        if names != {conference["name"]}:
            raise NotSeen(f"the subscriber of conference.# saw {names}, not {conference['name']} alone")
    yield "topic", "an account and a conference changed", "conference.# brought the conference alone", ""
    yield "topic", "both, by account.* and conference.#", "the audit log kept both", in_words(arrived)


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
    yield "messaging", "change of a conference", "the push lane has it", f"{in_words(lags['push'])} after the change"
    yield "polling", "the same change", "the poll lane has it", f"{in_words(lags['poll'])} after the change"


def two_workers_share_the_work(tour: Tour) -> Iterator[Line]:
    """Competing consumers: two workers share twenty approvals, each letter once"""
    tour.say("having two of presentation_workflow")
    tour.stack.scale("presentation_workflow", 2)
    try:
        _wait_for_workers(2)
        presentations = offer(tour, 20, "shared")
        answers = [decide(tour, presentation, "approval") for presentation in presentations]
        arrived = wait_for_letters(tour, presentations)
        letters = each_once(tour, presentations)
    finally:
        tour.stack.scale("presentation_workflow", tour.stack.workers)
    shares = Counter(letter.worker for letter in letters)
    if len(shares) != 2:
        raise NotSeen(f"the letters came from {len(shares)} workers, not 2: {dict(shares)}")
    yield (
        "queue",
        "20 approvals, 2 workers",
        f"20 letters, each once, shared {' + '.join(map(str, shares.values()))}",
        f"answers {in_words(median(answers))} (median); last letter {in_words(arrived)} after the last answer",
    )


def the_broker_is_away(tour: Tour) -> Iterator[Line]:
    """An outage: the broker is stopped, people go on deciding, nothing is lost"""
    calm = [decide(tour, each, "approval") for each in offer(tour, 50, "calm")]
    presentations = offer(tour, 50, "storm")
    tour.say("stopping rabbitmq, then approving 50 presentations")
    tour.stack.stop(*tour.stack.brokers)
    try:
        storm = [decide(tour, each, "approval") for each in presentations]
        early = letters_about(tour, presentations)
    finally:
        tour.stack.start(*tour.stack.brokers)
    tour.say("rabbitmq is starting again; waiting for the letters")
    arrived = wait_for_letters(tour, presentations, seconds=180)
    each_once(tour, presentations)
    if early:
        raise NotSeen(f"{len(early)} letters came while the broker was stopped: it was not")
    yield (
        "outage",
        "50 approvals while the broker was stopped",
        "all answered 200; 50 letters afterwards, each once",
        f"answers {in_words(median(storm))}, slowest {in_words(max(storm))} (with broker {in_words(median(calm))}, "
        f"slowest {in_words(max(calm))}); letters {arrived:.0f} s after its start",
    )


ALL = (
    decisions_become_letters,
    an_account_is_broadcast,
    a_pattern_chooses,
    a_conference_travels_both_ways,
    two_workers_share_the_work,
    the_broker_is_away,
)


def _is_known(tour: Tour, conference: int) -> bool:
    return conference in {each["id"] for each in tour.attendees.get("/api/conferences/")["conferences"]}


def _wait_for_workers(number: int) -> None:
    broker = Broker()
    wait_until(
        lambda: broker.consumers("workflow.presentation_approvals") == number, f"{number} workers on the queue", 90
    )
