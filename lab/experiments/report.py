"""All that came out, as a page of the documentation."""

import platform
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from lab.experiments.chart import figure
from lab.experiments.outcome import Outcome

HEAD = """# Experiments

Each claim of the lesson, run and measured. `make experiments` writes this page anew; with `make up` each is also a
page of the lab at <http://localhost:8002/experiments/>, where you predict first. One alone, and the same without
what makes it hold:

```console
$ .venv/bin/cogo experiment acknowledge-last
$ .venv/bin/cogo experiment acknowledge-last --without-safeguard
```

Each works in a virtual host of its own, with processes of its own, and removes both when it ends.
"""


def write(outcomes: Iterable[Outcome], file: Path) -> None:
    """Write the page; `-` prints it."""
    text = "\n".join([HEAD, _where(), *map(_section, outcomes)])
    if str(file) == "-":
        sys.stdout.write(text)
    else:
        file.write_text(text)


def _where() -> str:
    day = datetime.now(UTC).date().isoformat()
    return f"Measured on {day} with Python {platform.python_version()} on {platform.system()} {platform.machine()}.\n"


def _section(outcome: Outcome) -> str:
    experiment, measured = outcome.experiment, outcome.measured
    links = [f"[`{code.begins}`](../../{code.file}#L{code.line})" for code in experiment.code]
    lines = [
        f"## {experiment.title}\n",
        f"`{experiment.name}` · **{experiment.claim}**\n",
        f"{'✔ It holds.' if measured.holds else '✘ It does not hold.'} {measured.sentence}\n",
    ]
    for unit, bars in groupby(measured.bars, key=lambda bar: bar.unit):
        lines += [f"| | {unit} |", "|---|---:|", *(f"| {bar.label} | {figure(bar.value)} |" for bar in bars), ""]
    lines += [f"{text}\n" for text in experiment.explanation]
    lines.append(f"The safeguard: {experiment.safeguard}. The lines: {', '.join(links)}.\n")
    return "\n".join(lines)
