"""What arithmetic says about polling, before anything is measured. All times in seconds.

Changes come at random (Poisson) at `rate` a second; a poll starts every `interval`, and what it brings is
applied `round_trip` later.
"""

from math import exp


def mean_delay(interval: float, round_trip: float) -> float:
    """From a change to its being applied, on average: a change waits half an interval for the next poll."""
    return interval / 2 + round_trip


def longest_delay(interval: float, round_trip: float) -> float:
    """The delay of a change that just missed a poll."""
    return interval + round_trip


def requests_per_minute(interval: float, pollers: int) -> float:
    """They do not depend on how much changes."""
    return pollers * 60 / interval


def mean_staleness(interval: float, rate: float, round_trip: float = 0.0) -> float:
    """The age of the oldest change that is not yet applied (0 when there is none), averaged over time.

    x seconds after a poll looked, the first change since is x - 1/rate + exp(-rate x)/rate old on average; that,
    averaged from x = round_trip to round_trip + interval. Without a round trip, with T and L for interval and rate:
    T/2 - 1/L + (1 - exp(-L T)) / (L L T).
    """
    first, last = round_trip, round_trip + interval
    waited = (exp(-rate * first) - exp(-rate * last)) / (rate * rate * interval)
    return interval / 2 + round_trip - 1 / rate + waited
