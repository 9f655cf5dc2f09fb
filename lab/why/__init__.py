"""Why did a message not arrive? `explain` asks the real parts: the services' databases, and the broker."""

from lab.why.explaining import explain
from lab.why.explanation import Explanation, Hop, Journey, State

__all__ = ["Explanation", "Hop", "Journey", "State", "explain"]
