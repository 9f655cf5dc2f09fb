"""How the relay hears at once that there is something to do: of NOTIFY, on a connection that executed LISTEN."""

from contextlib import suppress

from django.db import Error, transaction

from messaging.database import alias, connection

CHANNEL = "outbox"


def wake_relay() -> None:
    """Tell the relay that there is something to do. Without it, the relay would look a second later."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def wake_relay_after_commit() -> None:
    """Tell it once the current transaction is committed, in no transaction: NOTIFY inside one makes all commits wait
    for each other."""
    asked = (each[1] for each in reversed(connection.run_on_commit) if isinstance(each[1], _WakeOnce))
    transaction.on_commit(next(asked, None) or _WakeOnce(), using=alias(), robust=True)


class _WakeOnce:
    """Wakes the relay after the commit, however many messages of the transaction asked for it. Each asks for itself, as
    a savepoint that is rolled back takes with it what was asked for within. It never fails: what is committed stays so,
    and the relay looks by itself a second later."""

    is_done = False

    def __call__(self) -> None:
        if not self.is_done:
            self.is_done = True
            with suppress(Error):
                wake_relay()
