"""Our relay as bodies grow."""

from functools import partial

from benchmarks.findings import Finding, Line
from benchmarks.ground import Ground
from benchmarks.plan import Plan
from benchmarks.rounds import Contender, Say, take_turns
from benchmarks.scenarios.relaying import rate_of_ours

SHARES = {200: 1, 1_000: 1, 10_000: 5, 100_000: 30}  # bytes, and which share of the messages


def measure(ground: Ground, plan: Plan, say: Say) -> Finding:
    """200 bytes are the smallest of a decision."""
    contenders = [
        Contender(f"{size} bytes", partial(rate_of_ours, number=plan.messages // share, size=size))
        for size, share in SHARES.items()
    ]
    rows = take_turns(contenders, ground, plan.rounds_without_bar, say)
    found = Finding("bodies", "Relay, by the size of a body", "messages/s", rows, axis="bytes of a body")
    found.lines = [Line("ours", list(map(float, SHARES)), [row.median for row in rows])]
    return found
