"""The two databases of a cluster: which is the primary now, and which the standby."""

from contextlib import suppress

from lab.stack import Stack, StackError

BOTH = ("database", "database_standby")


def primaries(stack: Stack) -> list[str]:
    """Those that can be written to: one, but for a moment."""
    return _which(stack, "f")


def standbys(stack: Stack) -> list[str]:
    """Those that follow another one."""
    return _which(stack, "t")


def ask(stack: Stack, name: str, statement: str) -> str:
    """What Postgres answers to a statement of its superuser. Raises StackError."""
    return stack.run_in(name, "psql", "-U", "postgres", "-Atc", statement).strip()


def _which(stack: Stack, follows: str) -> list[str]:
    found = []
    for name in BOTH:
        with suppress(StackError):  # it does not run
            if ask(stack, name, "SELECT pg_is_in_recovery()") == follows:
                found.append(name)
    return found
