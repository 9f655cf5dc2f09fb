"""What was found, as text, as JSON and as pictures."""

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import plots
from benchmarks.bars import Judgement, Verdict
from benchmarks.findings import Finding, number
from benchmarks.ground import Ground

PACKAGES = ("celery", "dramatiq", "faststream", "pika", "psycopg2-binary", "django", "djangorestframework", "granian")


def machine(ground: Ground) -> dict[str, str]:
    """What it was measured on."""
    with ground.sql("postgres", "postgres") as cursor:
        cursor.execute("SHOW server_version")
        (postgres,) = cursor.fetchone()
    return {
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "RabbitMQ": str(ground.ask_broker("GET", "overview")["rabbitmq_version"]),
        "Postgres": str(postgres),
        "packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
        "load at the start": f"{os.getloadavg()[0]:.1f}",
    }


def table(found: Finding) -> str:
    """For the terminal."""
    width = max(len(row.name) for row in found.rows) + 2
    lines = [f"\n{found.title}, {found.unit}"]
    for row in found.rows:
        gives_up = f"   gives up: {row.gives_up}" if row.gives_up else ""
        lines.append(f"  {row.name:{width}}{row.spread:>24}{gives_up}")
    return "\n".join(lines)


def bars(findings: Sequence[Finding]) -> str:
    """Each bar, what was found, and whether it is held."""
    lines = [f"\nBars{'':44}{'found':>10}{'interval':>18}   {'wanted':22}"]
    for each in _judgements(findings):
        wanted, verdict = each.bar.wanted, each.verdict
        shown = f"{number(each.figure):>10}{_interval(each):>18}"
        lines.append(
            f"  {each.bar.name:46}{shown}   {wanted:22}{verdict.upper() if verdict is Verdict.MISSED else verdict}"
        )
    return "\n".join(lines)


def write(findings: Sequence[Finding], about: dict[str, str], folder: Path) -> None:
    """results.md, results.json, and a plot of each finding; what was there of others is gone."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    summary = {"about": about, "bars": _told(findings), "findings": {each.key: _summary(each) for each in findings}}
    (folder / "results.json").write_text(json.dumps(summary, indent=1, ensure_ascii=False) + "\n")
    for each in findings:
        plots.draw(each).savefig(folder / f"{each.key}.png", dpi=70, bbox_inches="tight")
    (folder / "results.md").write_text(_markdown(findings, about))


def _markdown(findings: Sequence[Finding], about: dict[str, str]) -> str:
    lines = [
        "# Results",
        "",
        "By `python -m benchmarks`. Medians, and in brackets the lowest and the highest round.",
        "",
        "A bar is held or missed if the interval of its rounds is on one side of it, and undecided otherwise.",
        "",
    ]
    lines += ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in about.items())]
    lines += ["", "## Bars", "", "| bar | found | interval | wanted | |", "|---|---|---|---|---|"]
    for each in _judgements(findings):
        verdict = f"**{each.verdict}**" if each.verdict is Verdict.MISSED else each.verdict
        lines.append(f"| {each.bar.name} | {number(each.figure)} | {_interval(each)} | {each.bar.wanted} | {verdict} |")
    for found in findings:
        lines += ["", f"## {found.title}", ""]
        has_losers = any(row.gives_up for row in found.rows)
        lines += [f"| | {found.unit} |" + (" gives up |" if has_losers else ""), "|---|---|" + "---|" * has_losers]
        for row in found.rows:
            lines.append(f"| {row.name} | {row.spread} |" + (f" {row.gives_up} |" if has_losers else ""))
        lines += ["", found.note] if found.note else []
        lines += ["", f"![{found.title}]({found.key}.png)"]
    return "\n".join(lines) + "\n"


def _judgements(findings: Sequence[Finding]) -> list[Judgement]:
    return [each for found in findings for each in found.judgements]


def _interval(judged: Judgement) -> str:
    return f"{number(judged.low)}-{number(judged.high)}"


def _told(findings: Sequence[Finding]) -> dict[str, dict[str, object]]:
    return {
        each.bar.name: {"found": _digits(each.figure), "wanted": each.bar.wanted, "verdict": each.verdict}
        for each in _judgements(findings)
    }


def _summary(found: Finding) -> dict[str, object]:
    return {
        "title": found.title,
        "unit": found.unit,
        "rows": {
            row.name: [_digits(x) for x in (row.median, min(row.figures), max(row.figures))] for row in found.rows
        },
    }


def _digits(value: float) -> float:
    return float(f"{value:.4g}")
