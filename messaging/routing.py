"""For a project that keeps its messages in another database than `default`: see `messaging.database`."""

from typing import Any

from messaging.database import alias

APPS = {"outbox", "inbox"}


class MessagingRouter:
    """Leads the models of outbox and inbox, and their migrations, to the database of MESSAGING_DATABASE.

    DATABASE_ROUTERS = ["messaging.routing.MessagingRouter"]
    """

    def db_for_read(self, model: Any, **_: Any) -> str | None:
        """The alias for one of ours; None leaves the others to other routers."""
        return alias() if model._meta.app_label in APPS else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **_: Any) -> bool | None:
        """Only there for ours; None leaves the others to other routers."""
        return db == alias() if app_label in APPS else None
