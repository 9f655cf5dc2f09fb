"""Rules about copies that a subscriber keeps of another service's data."""

import ast
from collections.abc import Iterator
from pathlib import Path

from lab.doctor.calls import argument, called, calls, caught_around, is_callback, is_true, parents, text_of
from lab.doctor.hazard import Place, hazard
from lab.doctor.program import Program


@hazard(
    "news-missed-while-away",
    "The nameless exclusive queue ends with the connection: every change while the subscriber is away is lost.",
    "Bind a durable queue with a name of the subscriber's own, and read the source's list once after each start.",
)
def news_missed_while_away(program: Program) -> Iterator[Place]:
    for file in program.python:
        if any(calls(file.tree, "queue_bind")) and any(calls(file.tree, "basic_consume")):
            for call in calls(file.tree, "queue_declare"):
                if is_true(argument(call, "exclusive")) and not text_of(argument(call, "queue", 0)):
                    yield file.path, call.lineno


@hazard(
    "late-news-ends-the-consumer",
    "A late or doubled message finds no older row, inserts one, hits the unique e-mail and ends the consumer.",
    "Lock the row by its key alone, compare its time or revision with the message's, then save or leave it.",
)
def late_news_ends_the_consumer(program: Program) -> Iterator[Place]:
    for file in program.python:
        for call in calls(file.tree, "update_or_create"):
            inner = call.func.value if isinstance(call.func, ast.Attribute) else None
            filtered = inner.keywords if isinstance(inner, ast.Call) and called(inner) == "filter" else []
            if any("__lt" in (keyword.arg or "") for keyword in filtered):
                yield file.path, call.lineno


@hazard(
    "own-time-in-a-copy",
    "auto_now writes the subscriber's clock over the time of the event: older news then looks newer, and wins.",
    "Make it a plain DateTimeField, and store what the message says.",
)
def own_time_in_a_copy(program: Program) -> Iterator[Place]:
    for file, field in _fields_of_copies(program):
        if is_true(argument(field, "auto_now")):
            yield file, field.lineno


@hazard(
    "day-instead-of-time",
    "Two changes of one day cannot be told apart: the second one may be thrown away.",
    "Use a DateTimeField.",
)
def day_instead_of_time(program: Program) -> Iterator[Place]:
    for file, field in _fields_of_copies(program):
        if called(field) == "DateField":
            yield file, field.lineno


@hazard(
    "deleting-what-never-came",
    "A deletion of something that this copy never had raises DoesNotExist and ends the consumer.",
    "Use filter(…).delete(), which deletes none as well.",
)
def deleting_what_never_came(program: Program) -> Iterator[Place]:
    for file in program.python:
        above = parents(file.tree)
        called_by_pika = [function for function in file.functions() if is_callback(function)]
        for function in called_by_pika:
            for call in calls(function, "get"):
                is_of_a_model = ".objects" in ast.unparse(call.func)
                caught = caught_around(call, above)
                if is_of_a_model and any(calls(function, "delete")) and not caught & {"*", "DoesNotExist"}:
                    yield file.path, call.lineno


@hazard(
    "closed-account-comes-back",
    "After the row is deleted nothing remembers that it was closed: a late message that it is active revives it.",
    "Keep the row, and mark it closed with the time or revision of the message (a tombstone).",
)
def closed_account_comes_back(program: Program) -> Iterator[Place]:
    for file in program.python:
        for function in filter(is_callback, file.functions()):
            if any(calls(function, "update_or_create", "create")):
                for call in calls(function, "delete"):
                    if ".objects" in ast.unparse(call.func):
                        yield file.path, call.lineno


def _fields_of_copies(program: Program) -> Iterator[tuple[Path, ast.Call]]:
    """The `updated` fields of models that are copies: value objects, as the course names them."""
    for file in program.python:
        for model in (node for node in ast.walk(file.tree) if isinstance(node, ast.ClassDef)):
            if not model.name.endswith("VO"):
                continue
            for node in model.body:
                match node:
                    case ast.Assign(targets=[ast.Name(id="updated")], value=ast.Call() as field):
                        yield file.path, field
