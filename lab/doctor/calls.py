"""Questions that rules ask of a syntax tree."""

import ast
from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """Each call of a function or method with one of these last names: `basic_publish` of `channel.basic_publish(…)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in names:
            yield node


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def receiver(call: ast.Call) -> str:
    """What a method is called on, as it is written: `requests` of `requests.get(…)`."""
    return ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def argument(call: ast.Call, name: str, position: int = -1) -> ast.expr | None:
    """The argument of this name, or at this position."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if 0 <= position < len(call.args):
        return call.args[position]
    return None


def takes_any(call: ast.Call) -> bool:
    """Whether arguments come from a mapping, so that nobody can read which: `**options`."""
    return any(keyword.arg is None for keyword in call.keywords)


def is_true(value: ast.expr | None) -> bool:
    """Whether the argument is the word True."""
    return isinstance(value, ast.Constant) and value.value is True


def text_of(value: ast.expr | None) -> str | None:
    """The string that is written there; None where it is computed."""
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def parents(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    """What each node stands in."""
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def caught_around(node: ast.AST, above: dict[ast.AST, ast.AST]) -> set[str]:
    """Names of the exceptions that are caught around the node, inside its function; `*` for all."""
    caught: set[str] = set()
    child = node
    while child in above and not isinstance(child, Function):
        parent = above[child]
        if isinstance(parent, ast.Try) and child in parent.body:
            for handler in parent.handlers:
                caught |= exception_names(handler)
        child = parent
    return caught


def exception_names(handler: ast.ExceptHandler) -> set[str]:
    """Last names of what an `except` names; `*` where it takes all."""
    if handler.type is None:
        return {"*"}
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {ast.unparse(each).rsplit(".", 1)[-1] for each in types}
    return {"*"} if names & {"Exception", "BaseException"} else names


def is_callback(function: Function) -> bool:
    """Whether a function looks like one that pika calls with a message: four arguments, each needed, the body last."""
    names = [each.arg for each in function.args.args if each.arg != "self"]
    return len(names) == 4 and not function.args.defaults and names[-1] in {"body", "message", "msg", "payload"}


def loops_for_ever(tree: ast.AST) -> Iterator[ast.While]:
    """Each `while True` and `while 1`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.While) and isinstance(node.test, ast.Constant) and node.test.value:
            yield node
