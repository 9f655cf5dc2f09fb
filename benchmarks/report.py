"""What was found, as text, as JSON and as pictures."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import plots
from benchmarks.findings import Bar, Finding, number
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
    """Each bar, and whether it is held."""
    lines = ["\nBars"]
    for bar in _bars(findings):
        held = "held" if bar.is_held else "MISSED"
        lines.append(f"  {bar.name:48}{number(bar.figure):>10}   {bar.wanted:24}{held}")
    return "\n".join(lines)


def write(findings: Sequence[Finding], about: dict[str, str], folder: Path) -> None:
    """results.md, results.json, and a plot of each finding; what was there of others is gone."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    facts = {"about": about, "findings": [asdict(each) | {"bars": _told(each)} for each in findings]}
    (folder / "results.json").write_text(json.dumps(facts, indent=1) + "\n")
    for each in findings:
        plots.draw(each).savefig(folder / f"{each.key}.png", dpi=70, bbox_inches="tight")
    (folder / "results.md").write_text(_markdown(findings, about))


def _markdown(findings: Sequence[Finding], about: dict[str, str]) -> str:
    lines = [
        "# Results",
        "",
        "By `python -m benchmarks`. Medians, and in brackets the lowest and the highest round.",
        "",
    ]
    lines += ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in about.items())]
    lines += ["", "## Bars", "", "| bar | figure | wanted | |", "|---|---|---|---|"]
    for bar in _bars(findings):
        lines.append(
            f"| {bar.name} | {number(bar.figure)} | {bar.wanted} | {'held' if bar.is_held else '**missed**'} |"
        )
    for found in findings:
        lines += ["", f"## {found.title}", ""]
        has_losers = any(row.gives_up for row in found.rows)
        lines += [f"| | {found.unit} |" + (" gives up |" if has_losers else ""), "|---|---|" + "---|" * has_losers]
        for row in found.rows:
            lines.append(f"| {row.name} | {row.spread} |" + (f" {row.gives_up} |" if has_losers else ""))
        lines += ["", found.note] if found.note else []
        lines += ["", f"![{found.title}]({found.key}.png)"]
    return "\n".join(lines) + "\n"


def _bars(findings: Sequence[Finding]) -> list[Bar]:
    return [bar for found in findings for bar in found.bars]


def _told(found: Finding) -> list[dict[str, object]]:
    return [asdict(bar) | {"is_held": bar.is_held} for bar in found.bars]
