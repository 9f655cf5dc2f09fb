"""Rules about those who ask over HTTP."""

import ast
import re
from collections.abc import Iterator

from lab.doctor.calls import (
    Function,
    called,
    calls,
    caught_around,
    loops_for_ever,
    parents,
    receiver,
    takes_any,
    text_of,
)
from lab.doctor.hazard import Place, hazard
from lab.doctor.program import Program, PythonFile

VERBS = ("get", "post", "put", "delete", "patch", "head", "request")


@hazard(
    "request-without-timeout",
    "An answer that hangs holds this process up for ever: requests has no time limit of its own.",
    "Give each call a timeout, for example timeout=5 (seconds).",
)
def request_without_timeout(program: Program) -> Iterator[Place]:
    for file in program.python:
        for call in _requests(file.tree):
            if not any(keyword.arg == "timeout" for keyword in call.keywords) and not takes_any(call):
                yield file.path, call.lineno


@hazard(
    "answer-not-checked",
    "An error page is read as if it were the data: a JSONDecodeError or KeyError that names the wrong cause.",
    "Call response.raise_for_status() before reading it.",
)
def answer_not_checked(program: Program) -> Iterator[Place]:
    for file, function in _functions(program):
        for call in _requests(function):
            text = ast.unparse(function)
            reads = ".json()" in text or "loads(" in text
            if reads and not re.search(r"raise_for_status|status_code|\.ok\b", text):
                yield file.path, call.lineno
                break


@hazard(
    "deleted-things-stay",
    "What was deleted at the source stays in the copy for ever: only what is in the answer is looked at.",
    "After a whole list, delete the copies whose key was not in it; never after an error or an empty answer.",
)
def deleted_things_stay(program: Program) -> Iterator[Place]:
    for file, function in _functions(program):
        if any(_requests(function)) and any(calls(function, "update_or_create")) and not any(calls(function, "delete")):
            yield file.path, next(calls(function, "update_or_create")).lineno


@hazard(
    "poll-that-hides-its-errors",
    "A poll that fails every time looks like one that finds nothing new.",
    "Catch what you expect (requests.RequestException) and log it with logging.exception.",
)
def poll_that_hides_its_errors(program: Program) -> Iterator[Place]:
    for file in program.python:
        for loop in loops_for_ever(file.tree):
            for handler in (node for node in ast.walk(loop) if isinstance(node, ast.ExceptHandler)):
                is_bare = handler.type is None
                says_nothing = all(isinstance(each, ast.Pass | ast.Continue) for each in handler.body)
                if is_bare or (says_nothing and ast.unparse(handler.type or ast.Constant("")) == "Exception"):
                    yield file.path, handler.lineno


@hazard(
    "poll-that-ends-at-the-first-error",
    "The first time that the other service is away, this process ends.",
    "Catch requests.RequestException inside the loop, log it, and wait a little longer each time.",
)
def poll_that_ends_at_the_first_error(program: Program) -> Iterator[Place]:
    for file in program.python:
        above = parents(file.tree)
        asking = {function.name for function in file.functions() if any(_requests(function))}
        guarded = {
            function.name for function in file.functions() for call in _requests(function) if caught_around(call, above)
        }
        for loop in loops_for_ever(file.tree):
            if not any(calls(loop, "sleep")):
                continue
            asked = [*_requests(loop), *calls(loop, *(asking - guarded))]
            for call in asked:
                if not caught_around(call, above):
                    yield file.path, call.lineno
                    break


@hazard(
    "address-without-its-last-slash",
    "Each question is answered with a redirect first: two requests instead of one; a PUT or POST fails.",
    "Write the address as the service has it, with the slash at its end.",
)
def address_without_its_last_slash(program: Program) -> Iterator[Place]:
    for file in program.python:
        for call in _requests(file.tree):
            address = text_of(call.args[0]) if call.args else None
            if address and re.search(r"://[^/]+/api/[a-z_/]+[a-z_]$", address):
                yield file.path, call.lineno


@hazard(
    "host-name-with-underscore",
    "Django answers 400: by RFC 1034 a host name has no underscore.",
    "Give the service a network alias without one in docker-compose.yml, and use that.",
)
def host_name_with_underscore(program: Program) -> Iterator[Place]:
    for file in program.python:
        for node in (each for each in ast.walk(file.tree) if isinstance(each, ast.Constant)):
            if isinstance(node.value, str) and re.match(r"https?://[a-z0-9-]*_[a-z0-9_-]*(:\d+)?(/|$)", node.value):
                yield file.path, node.lineno


def _requests(tree: ast.AST) -> Iterator[ast.Call]:
    return (call for call in calls(tree, *VERBS) if receiver(call) == "requests" and called(call))


def _functions(program: Program) -> Iterator[tuple[PythonFile, Function]]:
    return ((file, function) for file in program.python for function in file.functions())
