class AccountTaken(Exception):
    """Somebody else has this e-mail address or username."""
