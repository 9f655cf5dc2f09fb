"""What is shown: queues and consumers with their figures, and what happened last."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

BAR = 20  # characters that a long queue fills


def screen(state: dict[str, Any], events: Iterable[dict[str, Any]]) -> Group:
    """The board, drawn with characters."""
    return Group(_health(state), _queues(state), _consumers(state), _events(events))


def _health(state: dict[str, Any]) -> Text:
    if state["away"] is not None:
        words = f"✖ RabbitMQ is away for {state['away']:.0f} s: {state['why']}"
        return Text(f"{words}. {_outbox(state)}", style="bold red")
    if state["troubles"]:
        return Text("; ".join(state["troubles"]), style="yellow")
    return Text.assemble(("● live", "green"), f"   {_outbox(state)}   {state['poller']}: {state['poll'] or '–'}")  # noqa: RUF001


def _outbox(state: dict[str, Any]) -> str:
    waiting = [f"{name} {each['waiting']} ({each['oldest']:.0f} s)" for name, each in state["outbox"].items()]
    return f"outbox: {', '.join(waiting)}" if waiting else "outbox: (nobody tells)"


def _queues(state: dict[str, Any]) -> Table:
    table = Table("queue", "ready", "", "oldest", "retry", box=None, pad_edge=False)
    for name, each in state["queues"].items():
        oldest = "" if each["oldest"] is None else f"{each['oldest']:.1f} s"
        bar = "■" * min(each["ready"], BAR)
        table.add_row(escape(name), str(each["ready"]), f"[yellow]{bar}[/]", oldest, str(each["retry"] or ""))
    for name, count in state["dead"].items():
        table.add_row(escape(name), f"[red]{count}[/]" if count else "0", "[red]☠[/]" if count else "", "", "")
    return table


def _consumers(state: dict[str, Any]) -> Table:
    table = Table("consumer", "unacknowledged", box=None, pad_edge=False)
    for name, held in state["consumers"].items():
        table.add_row(escape(name), f"{'◌' * min(held, BAR)} {held}" if held else "0")
    return table


def _events(events: Iterable[dict[str, Any]]) -> Table:
    table = Table("UTC", "what", "where", "message", box=None, pad_edge=False)
    for each in events:
        at = datetime.fromtimestamp(each["at"], UTC).strftime("%H:%M:%S.%f")[:-3]
        table.add_row(at, escape(each["kind"]), escape(each["words"]), escape(each["message"][-8:]))
    return table
