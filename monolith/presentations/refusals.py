class AlreadyDecided(Exception):
    """It was decided before, and the presenter has been written to: a decision is final."""
