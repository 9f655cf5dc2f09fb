"""Results as tables: the same rows on the terminal and in the report."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from benchmarks.polls import Cost
from lab.race.bars import Bar
from lab.race.bills import PARTS, Bill
from lab.race.growth import Point
from lab.race.outages import Recovery
from lab.race.statistics import Compared, Statistics


@dataclass(frozen=True)
class Sheet:
    """A title, column headings, and rows of text."""

    title: str
    headings: tuple[str, ...]
    rows: list[tuple[str, ...]]


def overview(title: str, statistics: Sequence[Statistics]) -> Sheet:
    """What fits on a terminal."""
    headings = ("lane", "mean", "theory", "±%", "p95", "max", "stale", "theory", "±%", "/min", "kB/min", "unseen")
    rows = [
        (
            each.entry.name, milliseconds(each.mean_delay.measured), milliseconds(each.mean_delay.predicted),
            percent(each.mean_delay), milliseconds(each.delays.p95), milliseconds(each.delays.max),
            milliseconds(each.staleness.measured), milliseconds(each.staleness.predicted), percent(each.staleness),
            number(each.per_minute.measured), number((each.sent_per_minute + each.received_per_minute) / 1000),
            number(each.missed_revisions + each.missed_deletions),
        )
        for each in statistics
    ]  # fmt: skip
    return Sheet(f"{title}: delay and staleness, ms; per minute", headings, rows)


def delays(title: str, statistics: Sequence[Statistics]) -> Sheet:
    """How late, and against prediction."""
    headings = (
        "lane", "mean", "predicted", "difference %", "p50", "p95", "p99", "max", "predicted max",
        "staleness", "predicted", "difference %",
    )  # fmt: skip
    rows = [
        (
            each.entry.name, milliseconds(each.mean_delay.measured), milliseconds(each.mean_delay.predicted),
            percent(each.mean_delay), *map(milliseconds, (each.delays.p50, each.delays.p95, each.delays.p99)),
            milliseconds(each.longest_delay.measured), milliseconds(each.longest_delay.predicted),
            milliseconds(each.staleness.measured), milliseconds(each.staleness.predicted), percent(each.staleness),
        )
        for each in statistics
    ]  # fmt: skip
    return Sheet(f"{title}: delay from change to copy, and time-average staleness, ms", headings, rows)


def effort(title: str, statistics: Sequence[Statistics]) -> Sheet:
    """How often, how much, and what went unseen."""
    headings = (
        "lane", "exchanges/min", "predicted", "kB/min out", "kB/min in", "round trip ms",
        "missed revisions", "missed deletions", "never arrived", "failed requests",
    )  # fmt: skip
    rows = [
        (
            each.entry.name, number(each.per_minute.measured), number(each.per_minute.predicted),
            f"{each.sent_per_minute / 1000:.1f}", f"{each.received_per_minute / 1000:.1f}",
            milliseconds(each.round_trip), f"{each.missed_revisions:.1f}", f"{each.missed_deletions:.1f}",
            f"{each.never:.1f}", str(each.failures),
        )
        for each in statistics
    ]  # fmt: skip
    return Sheet(f"{title}: requests or messages, bytes on the wire, what was never seen", headings, rows)


def bills(of: Sequence[Bill], nobody: dict[str, float]) -> Sheet:
    """What each costs, alone, beyond what is used when nobody listens."""
    headings = ("lane", *PARTS, "ms/exchange", "SQL/poll", "broker MB")
    rows = [("nobody, for comparison", *(f"{nobody[part]:.0f}" for part in PARTS), "", "", "")]
    rows += [
        (
            each.entry.name, *(f"{each.cpu[part]:.0f}" for part in PARTS),
            f"{each.per_exchange:.2f}", decimal(each.queries_per_poll), f"{each.broker_memory / 1e6:.0f}",
        )
        for each in of
    ]  # fmt: skip
    return Sheet("What each lane adds, running alone: CPU ms a minute", headings, rows)


def recoveries(of: Sequence[Recovery]) -> Sheet:
    """Who catches up, and when."""
    headings = ("away", "lane", "for s", "changes", "lost", "converged after s")
    rows = [
        (
            each.party, each.entry.name, f"{each.away:.1f}", str(each.changes), str(each.lost),
            "never by itself" if each.seconds is None else f"{each.seconds:.2f}",
        )
        for each in of
    ]  # fmt: skip
    return Sheet("After an outage, from the party's return", headings, rows)


def growth(points: Sequence[Point]) -> Sheet:
    """What each costs and how late it is, as one thing grows and the others stay."""
    headings = ("lane", "conferences", "changes/s", "p95 ms", "/min", "kB/min", "producer ms/min", "broker ms/min")
    rows = [
        (
            bill.entry.name, str(point.conferences), f"{point.rate:g}", milliseconds(bill.statistics.delays.p95),
            number(bill.statistics.per_minute.measured), number(bill.statistics.received_per_minute / 1000),
            number(bill.producer), number(bill.cpu["broker"]),
        )
        for point in points
        for bill in point.bills
    ]  # fmt: skip
    return Sheet("Each lane alone, as one thing grows", headings, rows)


def claims(of: Sequence[Bar]) -> Sheet:
    """What we claim, and whether it held."""
    rows = [(each.claim, each.bar, each.measured, each.verdict) for each in of]
    return Sheet("What is claimed", ("claim", "bar", "measured", ""), rows)


def one_poll(of: dict[str, Cost], conferences: int) -> Sheet:
    """What each way to poll costs the producer when there is much to tell, and little news."""
    changed = {"full": "1 %", "etag": "nothing", "delta": "1 %"}
    full = of["full"]
    rows = [
        (
            way, changed[way], f"{cost.bytes:.0f}", f"1/{full.bytes / cost.bytes:.0f}", f"{cost.server_ms:.1f}",
            f"{cost.database_ms:.1f}", f"1/{full.cpu_ms / cost.cpu_ms:.0f}",
        )
        for way, cost in of.items()
    ]  # fmt: skip
    headings = ("way", "changed", "bytes", "share", "web ms", "database ms", "share")
    return Sheet(f"One poll of {conferences} conferences: bytes, and CPU of the producer", headings, rows)


def show(sheet: Sheet, console: Console) -> None:
    """On a terminal."""
    table = Table(title=sheet.title, title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0))
    for position, heading in enumerate(sheet.headings):
        table.add_column(heading, justify="right" if position else "left", no_wrap=True)
    for row in sheet.rows:
        table.add_row(*row)
    console.print(table)


def milliseconds(seconds: float | None) -> str:
    """Three figures are enough."""
    return "" if seconds is None else f"{1000 * seconds:.1f}" if seconds < 0.1 else f"{1000 * seconds:.0f}"


def number(value: float | None) -> str:
    """Whole, or nothing."""
    return "" if value is None else f"{value:.0f}"


def decimal(value: float | None) -> str:
    """One digit after the point, or nothing."""
    return "" if value is None else f"{value:.1f}"


def percent(figure: Compared) -> str:
    """Measured against predicted."""
    return "" if figure.difference is None else f"{100 * figure.difference:+.1f}"
