"""Our relay as bodies grow."""

from benchmarks.findings import Finding, Line, Row
from benchmarks.ground import Ground
from benchmarks.outbox import relaying
from benchmarks.plan import Plan
from benchmarks.rounds import Say, rounds
from benchmarks.scenarios.relaying import rate

SHARES = {200: 1, 1_000: 1, 10_000: 5, 100_000: 30}  # bytes, and which share of the messages


def measure(ground: Ground, plan: Plan, say: Say) -> Finding:
    """200 bytes are the smallest of a decision."""
    rows = {size: Row(f"{size} bytes", []) for size in SHARES}
    found = Finding("bodies", "Relay, by the size of a body", "messages/s", list(rows.values()), axis="bytes of a body")
    for name in rounds(plan, found):
        say(f"{name}: {min(SHARES)} to {max(SHARES)} bytes")
        with ground.vhost() as vhost, relaying(ground, vhost) as relay, ground.sql("monolith") as cursor:
            for size, share in SHARES.items():
                rows[size].figures.append(rate(cursor, relay, plan.messages // share, size))
    found.lines = [Line("ours", list(map(float, SHARES)), [row.median for row in rows.values()])]
    return found
