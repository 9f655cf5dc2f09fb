"""One file that shows it all: pictures inside, no scripts, nothing fetched."""

import base64
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from matplotlib.figure import Figure

from lab.race.table import Sheet

DPI = 90


def save_plots(figures: dict[str, Figure], folder: Path) -> dict[str, str]:
    """Write each as NAME.png; their data URIs, by name."""
    uris = {}
    for name, figure in figures.items():
        figure.tight_layout()
        buffer = BytesIO()
        figure.savefig(buffer, format="png", dpi=DPI)
        (folder / f"{name}.png").write_bytes(buffer.getvalue())
        uris[name] = f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
    return uris


def write_report(file: Path, title: str, about: dict[str, Any], sheets: Sequence[Sheet], plots: dict[str, str]) -> None:
    """`about` has the plan and the machine; `plots` are data URIs by caption."""
    templates = Environment(loader=PackageLoader("lab.race"), autoescape=True, undefined=StrictUndefined)
    html = templates.get_template("report.html").render(title=title, about=about, sheets=sheets, plots=plots)
    file.write_text(html)
