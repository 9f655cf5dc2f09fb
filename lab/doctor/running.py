"""Rules about settings and secrets."""

import ast
import re
from collections.abc import Iterator

from lab.doctor.calls import argument, calls, text_of
from lab.doctor.hazard import Place, hazard
from lab.doctor.program import Program, PythonFile

LOOKS_LIKE_A_KEY = re.compile(r"(?=.*\d)(?!.*(your|example|development|change))[A-Za-z0-9_\-]{16,}")


@hazard(
    "key-in-the-code",
    "Whoever can read the repository can use the key, also after it was taken out: it stays in the history.",
    "Read it from the environment, keep it in a file that git ignores, and revoke this one.",
)
def key_in_the_code(program: Program) -> Iterator[Place]:
    for file, name, value in _assigned(program):
        text = text_of(value) or ""
        if re.search(r"(API_KEY|ACCESS_KEY|_TOKEN|_SECRET)$", name) and LOOKS_LIKE_A_KEY.fullmatch(text):
            yield file.path, value.lineno


@hazard(
    "no-host-is-allowed-but-localhost",
    "Another container that asks by the service's name is answered 400, in HTML: its JSON decoder fails.",
    'Add the service\'s names: ALLOWED_HOSTS = ["localhost", "monolith"].',
)
def no_host_is_allowed_but_localhost(program: Program) -> Iterator[Place]:
    names = {name for file in program.compose for name, _ in file.services()}
    for file, name, value in _assigned(program) if len(names) > 1 else ():
        if name == "ALLOWED_HOSTS" and isinstance(value, ast.List):
            hosts = {text_of(each) for each in value.elts}
            if hosts <= {"localhost", "127.0.0.1", "[::1]"}:
                yield file.path, value.lineno


@hazard(
    "localhost-inside-a-container",
    "Inside a container localhost is the container itself: nothing listens there.",
    "Use the name of the service in docker-compose.yml, best from an environment variable.",
)
def localhost_inside_a_container(program: Program) -> Iterator[Place]:
    if not program.compose:
        return
    for file in program.python:
        for call in calls(file.tree, "ConnectionParameters"):
            if text_of(argument(call, "host", 0)) in {"localhost", "127.0.0.1"}:
                yield file.path, call.lineno


@hazard(
    "mail-without-timeout",
    "A mail server that hangs holds the worker up for ever: Django's default is no limit.",
    "Set EMAIL_TIMEOUT, for example to 10 (seconds).",
)
def mail_without_timeout(program: Program) -> Iterator[Place]:
    assigned = list(_assigned(program))
    if any(name == "EMAIL_TIMEOUT" for _, name, _ in assigned):
        return
    for file, name, value in assigned:
        if name == "EMAIL_HOST":
            yield file.path, value.lineno


def _assigned(program: Program) -> Iterator[tuple[PythonFile, str, ast.expr]]:
    """What is assigned to a name at the top of each file."""
    for file in program.python:
        for node in file.tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                yield file, node.targets[0].id, node.value
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
                yield file, node.target.id, node.value
