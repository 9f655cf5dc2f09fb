"""How much is done, and how often."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """The sizes of one run."""

    name: str
    rounds: int
    most_rounds: int  # where the first ones leave a bar undecided
    rounds_without_bar: int  # of what has none
    messages: int  # relayed and consumed by ours in a round; the slower do a share of it
    seconds: float  # of each measurement that goes by time
    latency_turns: int  # of each rate and way in a round
    grown_to: int  # rows
    idle_seconds: float


THOROUGH = Plan("bench", 3, 6, 2, 24_000, 2.0, 8, 5_000_000, 40.0)
QUICK = Plan("bench-quick", 1, 1, 1, 8_000, 0.8, 3, 100_000, 8.0)
SMALLEST = Plan("smallest", 1, 1, 1, 400, 0.3, 1, 2_000, 2.0)
PLANS = {"thorough": THOROUGH, "quick": QUICK, "smallest": SMALLEST}
# Latency first, while there is nothing that the others left the machine to tidy up.
SCENARIOS = (
    "latency", "relaying", "consuming", "spreading", "approving", "board", "writing", "sharing", "bodies", "growing",
    "idling",
)  # fmt: skip
