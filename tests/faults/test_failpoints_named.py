"""Every function of the messaging that leaves a mark outside its process has a failpoint, or a reason to have none."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.failpoints import FAILPOINTS

pytestmark = pytest.mark.quick

ROOT = Path(__file__).parents[2]
ROOTS = {"messaging": ROOT, "presentation_mailer": ROOT / "presentation_workflow"}
CALLS = {
    "basic_publish", "basic_ack", "sendmail",  # to a server
    "save", "update", "get_or_create", "update_or_create", "bulk_create", "delete",  # to a database
}  # fmt: skip
STATEMENT = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM|NOTIFY) ")
WITHOUT = {
    "messaging.inbox.management.commands.forget_receipts:Command.handle": "one statement, and the process ends",
    "presentation_mailer.management.commands.letters:Command._forget": "one statement, and the process ends",
    "messaging.delivery:Delivery.answer": "a canary: nothing comes of it",
    "messaging.dead_letters:DeadLetters.discard": "one acknowledgement, and the process ends after it",
    "presentation_mailer.management.commands.letters:Command._settle": "one transaction, and the process ends after it",
    "presentation_mailer.receipts:_begin_again": "dies in receipts:begin, whose last step it is",
    "presentation_mailer.smtp:_Session.sendmail": "dies in smtp:deliver, whose last step it is",
    "messaging.stand_ins:move": "dies in pika's basic_ack, between its two steps",
    "messaging.outbox.rows:send_again_since": "one transaction with the note that it was done, in which mode",
    "messaging.outbox.rows:forget": "a canary: nothing comes of it",
    "messaging.outbox.suspects:Suspects.remember": "a set in the memory of the process",
    "messaging.reading:ReadProperties._decode_without_headers": "attributes of an object in memory",
    "messaging.dead_letters:DeadLetters.put_back": "one publish, and the process ends after it",
    "messaging.migrating:_empty": "dies in pika's basic_ack, between its two steps",
    "messaging.beside:publish_beside": "instead of the publish in FailurePublisher._moved, within its failpoint",
    "messaging.dead_letters:DeadLetters.replay": "dies in pika's basic_ack, between its two steps",
}


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from functions(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.FunctionDef):
            yield f"{prefix}{node.name}", node


def leaves_a_mark(function: ast.FunctionDef, statements: set[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS:
            return True
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.match(node.value):
            return True
        if isinstance(node, ast.Name) and node.id in statements:
            return True
    return False


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package, root in ROOTS.items():
        for path in (root / package).rglob("*.py"):
            if not {"tests", "migrations"} & set(path.parts[len(root.parts) :]):
                name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
                yield name, ast.parse(path.read_text())


def statements_in(tree: ast.Module) -> set[str]:
    """The constants of a module that hold SQL which writes."""
    return {
        node.targets[0].id
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and STATEMENT.match(node.value.value)
    }


def marks() -> set[str]:
    return {
        f"{module}:{name}"
        for module, tree in modules()
        for name, function in functions(tree)
        if leaves_a_mark(function, statements_in(tree))
    }


def test_whatever_leaves_a_mark_has_a_failpoint():
    named = {point.step for point in FAILPOINTS.values()}

    assert marks() - named == set(WITHOUT)
