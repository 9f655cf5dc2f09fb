"""Why this service says no. The message of each tells the person what to do."""


class UnknownConference(Exception):
    """No such conference is known here, or it is gone."""

    def __init__(self, conference_id: int) -> None:
        super().__init__(
            f"Conference {conference_id} is not known here, or was deleted. A new one is not known here yet: "
            "the copy arrives by message or with the next poll, so try again in a few seconds."
        )


class ConferenceFull(Exception):
    """Every seat is taken."""

    def __init__(self, name: str, seats: int) -> None:
        super().__init__(f"{name} is full: all {seats} seats are taken. Choose another conference.")


class AlreadyRegistered(Exception):
    """One e-mail address registers once per conference."""

    def __init__(self, email: str) -> None:
        super().__init__(f"{email} is registered for this conference already; use that registration.")
