"""What can go wrong with a message. The first line of each docstring says it to a person."""


class MessagingError(Exception):
    """Something about a message went wrong."""


class Unreadable(MessagingError):
    """The message is not what its contract says: broken JSON, a missing field, an unknown type or version."""


class Outage(MessagingError):
    """Something the handler needs is away. The message is kept and tried again, for as long as it takes."""


class NotYet(Outage):
    """This message fails now for no fault of its own. Only this message waits, in its retry queue, for as long as it
    takes."""


class Locked(NotYet):
    """Somebody else holds a row that this message needs."""


class Permanent(MessagingError):
    """This message can never succeed. It is dead-lettered at once, with this reason."""


class OutsideTransaction(MessagingError):
    """publish() was called outside a transaction: the decision and its news would not be one fact.

    Wrap the use case in `transaction.atomic`.
    """


def state_of(error: BaseException) -> str | None:
    """The SQLSTATE that Postgres gave the cause of a database error of Django's, None where it gave none."""
    cause = error.__cause__
    return getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
