class AlreadyDecided(Exception):
    """The opposite was decided before, and the presenter has been written to: a decision is final."""
