"""The organiser's password. It is stored as a hash, so nobody can say the one there is; another can be set."""

import secrets

from lab.stack import Stack, StackError


class Refused(Exception):
    """The password is too simple, or there is nobody to have it; the message says which."""


def set_to(stack: Stack, password: str) -> str:
    """Set the password, or where it is empty, one that is made up; says how to log in. Raises Refused."""
    chosen = password or secrets.token_urlsafe(12)
    try:
        # Read from standard input: arguments can be seen by everyone on the machine.
        stack.run_in("monolith", "python", "monolith/manage.py", "organiser_password", given=chosen)
    except StackError as error:
        *_, reason = str(error).strip().splitlines()
        raise Refused(reason.removeprefix("CommandError: ")) from error
    said = "the given password" if password else f"the password {chosen} (it is not shown again)"
    return f"Log in as organiser with {said}, at /admin/ of both web services."
