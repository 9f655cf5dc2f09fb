"""What a run leaves to read: one HTML file that shows it all, and the same tables in Markdown."""

import base64
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image

from lab.race.pictures import Picture
from lab.race.table import Sheet

DPI = 90
COLOURS = 96  # of a picture: enough for these, and a third of the bytes


def save(pictures: Sequence[Picture], folder: Path) -> dict[str, str]:
    """Write each as NAME.png; their data URIs, by caption."""
    uris = {}
    for picture in pictures:
        picture.figure.tight_layout(rect=(0, 0, 1, 0.97 if picture.figure.legends else 1))
        drawn, packed = BytesIO(), BytesIO()
        picture.figure.savefig(drawn, format="png", dpi=DPI)
        Image.open(drawn).convert("RGB").quantize(COLOURS).save(packed, format="png", optimize=True)
        (folder / f"{picture.name}.png").write_bytes(packed.getvalue())
        uris[picture.caption] = f"data:image/png;base64,{base64.b64encode(packed.getvalue()).decode()}"
    return uris


def write_html(file: Path, title: str, about: dict[str, Any], sheets: Sequence[Sheet], uris: dict[str, str]) -> None:
    """One file: pictures inside, no scripts, nothing fetched. `about` has the plan and the machine."""
    templates = Environment(loader=PackageLoader("lab.race"), autoescape=True, undefined=StrictUndefined)
    html = templates.get_template("report.html").render(title=title, about=about, sheets=sheets, plots=uris)
    file.write_text(html)


def write_markdown(file: Path, title: str, about: dict[str, Any], sheets: Sequence[Sheet]) -> None:
    """The tables, for a page to link to."""
    machine = about["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    picture = "![How late a change arrives, on average](headline.png)"
    beginning = [about["sentence"], "", picture, ""] if "sentence" in about else []
    lines = [
        f"# {title}",
        "",
        *beginning,
        f"Written by `cogo race` on {machine['when'][:10]}, seed {about['plan']['seed']}, engine {machine['engine']}:"
        f" {machine['cores']} cores of {machine['processor']}, {machine['system']}, load {machine['load']} before it"
        f" began; {versions}.",
    ]
    for sheet in sheets:
        lines += ["", f"## {sheet.title}", "", *map(_line, (sheet.headings, _rule(sheet), *sheet.rows))]
    file.write_text("\n".join(lines) + "\n")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rule(sheet: Sheet) -> list[str]:
    return ["---", *(["---:"] * (len(sheet.headings) - 1))]
