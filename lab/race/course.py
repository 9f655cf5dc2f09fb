"""The race itself, from the first conference to the last outage."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.polls import measure
from lab.race.bills import collect
from lab.race.entries import Entry
from lab.race.outages import suffer
from lab.race.plan import POLLED, Plan
from lab.race.results import Results, machine
from lab.race.run import Run, Tick, carry_out
from lab.race.stack import Own, RaceStack
from lab.race.writer_client import WriterClient

BILL_SETTLES = 1.2  # seconds: the monolith writes its own bill once a second
Say = Callable[[str], None]


@contextmanager
def writer(stack: RaceStack, conferences: int) -> Iterator[WriterClient]:
    """A writer with so many conferences of its own; afterwards a stack that stays up has none of them left."""
    writer_client = WriterClient(stack.backend, stack.environment)
    try:
        writer_client.add(conferences)
        if isinstance(stack, Own):
            stack.wait_for_relay()  # it takes a while to start: that would be the delay of the first changes
        yield writer_client
        if not isinstance(stack, Own):
            writer_client.clean()
    finally:
        writer_client.end()


def race(stack: RaceStack, plan: Plan, engine: str, say: Say, tick: Tick) -> Results:
    """Everything that `plan` says. CPU and outages only on a stack of our own."""
    found = Results(plan.as_dict(), machine(engine, stack.management_url))
    say(f"planning {plan.conferences} conferences")
    with writer(stack, plan.conferences) as writer_client:
        for consumers in plan.consumers:
            entries = plan.entries(consumers)
            say(f"{len(entries)} lanes of {consumers}, {plan.rate:g} changes/s")
            found.runs.append(carry_out(stack, writer_client, entries, plan.rate, plan.seconds, plan.seed, tick))
        if plan.burst_seconds:
            say(f"{plan.burst_rate:g} changes/s")
            found.burst = carry_out(
                stack, writer_client, plan.burst_entries(), plan.burst_rate, plan.burst_seconds, plan.seed + 1, tick
            )
        if isinstance(stack, Own):
            _bill_and_suffer(stack, writer_client, plan, found, say, tick)
    return found


def _bill_and_suffer(stack: Own, writer_client: WriterClient, plan: Plan, found: Results, say: Say, tick: Tick) -> None:
    def alone(entries: list[Entry]) -> Run:
        say(f"what it costs: {entries[0].name if entries else 'nobody'}")
        return carry_out(
            stack, writer_client, entries, plan.rate, plan.billed_seconds, plan.seed + 2, tick, BILL_SETTLES
        )

    if plan.billed_seconds:
        bills = collect(plan.billed(), alone, stack)
        found.nobody, found.bills = bills.nobody, bills.of_lanes
    if plan.polls and sys.platform == "linux":  # counts CPU by what only Linux tells
        say(f"one poll of {POLLED} conferences")
        found.polls = measure(POLLED, POLLED // 100, plan.polls)
    if plan.outage_seconds:
        say("each party is away for a while")
        found.recoveries = suffer(stack, writer_client, plan.rate, plan.outage_seconds, plan.seed + 3, tick)
