"""Rules about those who publish."""

import ast
from collections.abc import Iterator

from lab.doctor.calls import Function, argument, called, calls, parents, takes_any, text_of
from lab.doctor.hazard import Place, hazard
from lab.doctor.program import Program, PythonFile


@hazard(
    "stored-then-published",
    "If RabbitMQ is away, the change is stored and its message never sent: the presenter gets no letter, ever.",
    "Write the message as a row in the same transaction (an outbox), and let another process publish the rows.",
)
def stored_then_published(program: Program) -> Iterator[Place]:
    for file in program.python:
        publishing = _publishing_functions(program, file)
        for function in file.functions():
            saved = [call.lineno for call in calls(function, "save", "create", "approve", "reject") if _saves(call)]
            for call in calls(function, "basic_publish", *publishing):
                if saved and call.lineno > min(saved):
                    yield file.path, call.lineno
                    break


@hazard(
    "connection-for-each-message",
    "Every request waits for a new connection, some ten round trips; while RabbitMQ is away each one is a 500.",
    "Publish from a process that keeps its connection, for example the relay of an outbox.",
)
def connection_for_each_message(program: Program) -> Iterator[Place]:
    for file in program.python:
        above = parents(file.tree)
        for call in calls(file.tree, "BlockingConnection"):
            function = _function_around(call, above)
            if function and _publishes(function) and not any(calls(function, "start_consuming", "basic_consume")):
                yield file.path, call.lineno


@hazard(
    "publisher-without-confirms",
    "basic_publish returns before the broker has the message: what is lost on the way, nobody notices.",
    "Call channel.confirm_delivery() once, and catch UnroutableError and NackError.",
)
def publisher_without_confirms(program: Program) -> Iterator[Place]:
    for file in program.python:
        if any(calls(file.tree, "confirm_delivery")):
            continue
        for call in calls(file.tree, "basic_publish"):
            if "reply_to" not in ast.unparse(call):  # nobody needs to know that an answer was not heard
                yield file.path, call.lineno
                break


@hazard(
    "published-to-nowhere",
    "Where no queue is bound, the broker confirms the message and throws it away.",
    "Publish with mandatory=True; pika then raises UnroutableError on a confirming channel.",
)
def published_to_nowhere(program: Program) -> Iterator[Place]:
    for file in program.python:
        declared = {_written(argument(call, "queue", 0)) for call in calls(file.tree, "queue_declare")}
        if any(calls(file.tree, "confirm_delivery")):
            for call in calls(file.tree, "basic_publish"):
                is_there = _written(argument(call, "routing_key", 1)) in declared
                if argument(call, "mandatory", 4) is None and not takes_any(call) and not is_there:
                    yield file.path, call.lineno


@hazard(
    "message-not-persistent",
    "The queue survives a restart of RabbitMQ, but this message in it does not.",
    "Give it properties=pika.BasicProperties(delivery_mode=2).",
)
def message_not_persistent(program: Program) -> Iterator[Place]:
    durable = {
        text_of(argument(call, "queue", 0))
        for file in program.python
        for call in calls(file.tree, "queue_declare")
        if isinstance(value := argument(call, "durable"), ast.Constant) and value.value
    }
    for file in program.python:
        for call in calls(file.tree, "basic_publish"):
            if text_of(argument(call, "routing_key", 1)) in durable and argument(call, "properties", 3) is None:
                yield file.path, call.lineno


@hazard(
    "decided-twice",
    "A double click publishes twice, and the presenter gets two letters; approve, then reject, sends both kinds.",
    "Look at the status first, with select_for_update: the same decision again does nothing, the opposite is a 409.",
)
def decided_twice(program: Program) -> Iterator[Place]:
    for file in program.python:
        for function in file.functions():
            if function.name.lower() in {"approve", "reject"} and _sets_status(function) and not _compares(function):
                yield file.path, function.lineno


@hazard(
    "status-row-that-nobody-made",
    "On an empty database Status.objects.get raises DoesNotExist: the first presentation is a 500.",
    "Make the rows in a data migration, or use a CharField with choices.",
)
def status_row_that_nobody_made(program: Program) -> Iterator[Place]:
    makes = any(
        "Status.objects." in ast.unparse(call.func) and called(call) in {"get_or_create", "update_or_create", "create"}
        for file in program.python
        for call in calls(file.tree, "get_or_create", "update_or_create", "create")
    )
    for file in [] if makes else program.python:
        for call in calls(file.tree, "get"):
            if ast.unparse(call.func).endswith("Status.objects.get"):
                yield file.path, call.lineno


@hazard(
    "time-of-the-message-not-of-the-row",
    "Two changes can be published in the wrong order of their times: a copy then keeps the older one.",
    "Send the time, better a revision, that was stored with the row in its transaction.",
)
def time_of_the_message_not_of_the_row(program: Program) -> Iterator[Place]:
    for file in program.python:
        for node in (each for each in ast.walk(file.tree) if isinstance(each, ast.Dict)):
            fields = {text_of(key): value for key, value in zip(node.keys, node.values, strict=True) if key}
            if "email" in fields and "updated" in fields and any(calls(fields["updated"], "now", "utcnow")):
                yield file.path, fields["updated"].lineno


def _publishing_functions(program: Program, file: PythonFile) -> set[str]:
    """Names by which this file knows functions that publish at once: its own, and those it imports from the program."""
    known = {function.name for function in file.functions() if _publishes(function)}
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            sources = [each for each in program.python if _is_module(each, node.module)]
            publishing = {function.name for each in sources for function in each.functions() if _publishes(function)}
            known |= {name.asname or name.name for name in node.names if name.name in publishing}
    return known


def _is_module(file: PythonFile, module: str) -> bool:
    """Whether an import of this module can mean the file."""
    return file.path.with_suffix("").parts[-module.count(".") - 1 :] == tuple(module.split("."))


def _publishes(function: Function) -> bool:
    return any(calls(function, "basic_publish"))


def _saves(call: ast.Call) -> bool:
    return called(call) in {"save", "approve", "reject"} or ".objects" in ast.unparse(call.func)


def _written(value: ast.expr | None) -> str:
    return ast.unparse(value) if value else ""


def _function_around(node: ast.AST, above: dict[ast.AST, ast.AST]) -> Function | None:
    while node in above:
        node = above[node]
        if isinstance(node, Function):
            return node
    return None


def _sets_status(function: Function) -> bool:
    return any(
        isinstance(target, ast.Attribute) and target.attr in {"status", "status_id"}
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
    )


def _compares(function: Function) -> bool:
    return any(isinstance(node, ast.If | ast.Match | ast.Compare | ast.IfExp) for node in ast.walk(function))
