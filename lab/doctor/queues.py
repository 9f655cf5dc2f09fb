"""Rules about queues and those who consume them."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher

from lab.doctor.calls import (
    argument,
    called,
    calls,
    caught_around,
    exception_names,
    is_callback,
    is_true,
    loops_for_ever,
    parents,
    takes_any,
    text_of,
)
from lab.doctor.hazard import Place, hazard
from lab.doctor.program import Program, PythonFile


@hazard(
    "acknowledged-before-the-work",
    "RabbitMQ forgets the message as soon as it is sent. If the mail server is away or the process dies, it is lost.",
    "Leave auto_ack out, and call channel.basic_ack(method.delivery_tag) as the last line of the callback.",
)
def acknowledged_before_the_work(program: Program) -> Iterator[Place]:
    for file in program.python:
        for call in calls(file.tree, "basic_consume"):
            if is_true(argument(call, "auto_ack")) or is_true(argument(call, "no_ack")):
                yield file.path, call.lineno


@hazard(
    "no-prefetch",
    "One process is handed the whole queue at once: a second worker gets nothing to do, however slow the first one is.",
    "Call channel.basic_qos(prefetch_count=…) before basic_consume, for example with 10.",
)
def no_prefetch(program: Program) -> Iterator[Place]:
    for file in program.python:
        if any(calls(file.tree, "basic_qos")):
            continue
        for call in calls(file.tree, "basic_consume"):
            if not is_true(argument(call, "auto_ack")) and not takes_any(call):
                yield file.path, call.lineno
                break


@hazard(
    "queue-not-durable",
    "When RabbitMQ restarts, the queue and all that waits in it are gone. RabbitMQ 4.3 refuses such a queue.",
    "Declare it with durable=True, on every side alike.",
)
def queue_not_durable(program: Program) -> Iterator[Place]:
    for file, call, name in _declared(program):
        if name and not _is_durable(call) and not is_true(argument(call, "exclusive")) and not takes_any(call):
            yield file.path, call.lineno


@hazard(
    "declared-in-two-ways",
    "Whoever declares it second is answered 406 PRECONDITION_FAILED and loses the channel.",
    "Declare the queue or exchange alike everywhere; best, in one function that every side calls.",
)
def declared_in_two_ways(program: Program) -> Iterator[Place]:
    for kind in ("queue", "exchange"):
        ways: dict[str, list[tuple[PythonFile, ast.Call]]] = defaultdict(list)
        for file in program.python:
            for call in calls(file.tree, f"{kind}_declare"):
                name = text_of(argument(call, kind, 0))
                if name and not takes_any(call) and not is_true(argument(call, "passive")):
                    ways[name].append((file, call))
        for declared in ways.values():
            first = declared[0][1]
            for file, call in declared[1:]:
                if _is_durable(call) != _is_durable(first) or _kind(call) != _kind(first):
                    yield file.path, call.lineno


@hazard(
    "misspelt-queue",
    "The message goes to a queue that nobody reads, and nobody is told.",
    "Keep the names of queues in one module that both sides import, and publish with mandatory=True.",
)
def misspelt_queue(program: Program) -> Iterator[Place]:
    consumed = {
        name
        for file in program.python
        for call in calls(file.tree, "basic_consume")
        if (name := text_of(argument(call, "queue", 0)))
    }
    for file in program.python:
        for call in calls(file.tree, "basic_publish"):
            name = text_of(argument(call, "routing_key", 1))
            unread = name and text_of(argument(call, "exchange", 0)) == "" and name not in consumed
            if unread and any(SequenceMatcher(None, name, other).ratio() > 0.85 for other in consumed):
                yield file.path, call.lineno


@hazard(
    "body-not-guarded",
    "One message that is not JSON, or lacks a key, ends the consumer; once it acknowledges last, for ever again.",
    "Catch ValueError and KeyError around reading the body, and reject such a message without requeue into a "
    "dead-letter queue.",
)
def body_not_guarded(program: Program) -> Iterator[Place]:
    for file in program.python:
        above = parents(file.tree)
        for function in filter(is_callback, file.functions()):
            for call in calls(function, "loads"):
                if not caught_around(call, above) & {"*", "ValueError", "JSONDecodeError"}:
                    yield file.path, call.lineno


@hazard(
    "requeued-for-ever",
    "A message that always fails comes back at once, again and again: the queue stands still, the processor is busy.",
    "Reject it with requeue=False into a dead-letter queue, or count the attempts and wait between them.",
)
def requeued_for_ever(program: Program) -> Iterator[Place]:
    for file in program.python:
        for handler in (node for node in ast.walk(file.tree) if isinstance(node, ast.ExceptHandler)):
            if "*" in exception_names(handler):
                for call in calls(handler, "basic_nack", "basic_reject"):
                    position = 2 if called(call) == "basic_nack" else 1
                    requeue = argument(call, "requeue", position)
                    if requeue is None or is_true(requeue):
                        yield file.path, call.lineno


@hazard(
    "only-one-error-is-caught",
    "A host name that does not resolve (socket.gaierror), a channel that the broker closed or a mail server that "
    "refuses ends the process: the loop does not catch them.",
    "Catch pika.exceptions.AMQPError and OSError around the connection; give the container `restart: unless-stopped`.",
)
def only_one_error_is_caught(program: Program) -> Iterator[Place]:
    for file in program.python:
        for loop in loops_for_ever(file.tree):
            for tried in (node for node in ast.walk(loop) if isinstance(node, ast.Try)):
                names = set().union(*map(exception_names, tried.handlers)) if tried.handlers else set()
                connects = any(calls(ast.Module(tried.body, []), "BlockingConnection", "start_consuming"))
                if connects and "AMQPConnectionError" in names and not names & {"*", "OSError", "gaierror"}:
                    yield file.path, tried.handlers[0].lineno


def _declared(program: Program) -> Iterator[tuple[PythonFile, ast.Call, str | None]]:
    for file in program.python:
        for call in calls(file.tree, "queue_declare"):
            yield file, call, text_of(argument(call, "queue", 0)) if argument(call, "queue", 0) else ""


def _is_durable(call: ast.Call) -> bool:
    durable = argument(call, "durable")
    return durable is not None and not (isinstance(durable, ast.Constant) and not durable.value)


def _kind(call: ast.Call) -> str | None:
    return text_of(argument(call, "exchange_type", 1)) if called(call) == "exchange_declare" else None
