class AccountTaken(Exception):
    """Somebody else has this e-mail address or username."""


class LoggedInTooLate(Exception):
    """The password was right a moment ago."""

    def __init__(self) -> None:
        super().__init__("The account was changed while you logged in; try again.")
