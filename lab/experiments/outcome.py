"""An experiment with what came out of it, also as lines of JSON."""

from dataclasses import asdict, dataclass
from typing import Any

from lab.experiments.experiment import Bar, Experiment, Measured


@dataclass(frozen=True)
class Outcome:
    """What was measured, and how long it took."""

    experiment: Experiment
    measured: Measured
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """For programs; `kind` is "result"."""
        return {
            "kind": "result",
            "experiment": self.experiment.name,
            "seconds": round(self.seconds, 1),
            **asdict(self.measured),
        }


def measured_of(told: dict[str, Any]) -> Measured:
    """What `as_dict` told."""
    bars = tuple(Bar(each["label"], each["value"], each["unit"]) for each in told["bars"])
    return Measured(bars, told["holds"], told["sentence"])
