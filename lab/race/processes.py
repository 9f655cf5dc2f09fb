"""What the processes of a part use."""

import sys
import time
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Tree:
    """A process and all below it."""

    pid: int

    def cpu(self) -> float:
        """Seconds of CPU so far, user and system, children that have ended included."""
        total = 0.0
        for process in self._processes():
            try:
                times = process.cpu_times()
                total += _own_seconds(process) + times.children_user + times.children_system
            except (psutil.NoSuchProcess, OSError):
                continue  # its parent has its seconds now
        return total

    def memory(self) -> int:
        """Bytes of resident memory; what processes share is counted for each."""
        total = 0
        for process in self._processes():
            try:
                total += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        return total

    def _processes(self) -> list[psutil.Process]:
        try:
            root = psutil.Process(self.pid)
            return [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def _own_seconds(process: psutil.Process) -> float:
    """Of a process without its children. Raises OSError, or NoSuchProcess, when it has ended.

    Linux counts in nanoseconds, but shows them only on the clock that each process has; the number of that clock is
    what clock_getcpuclockid(3) makes of a process id. The usual figures come in ticks of 10 ms: too coarse for
    a source that is billed for seconds.
    """
    if sys.platform == "linux":
        return time.clock_gettime(~process.pid << 3 | 2)
    times = process.cpu_times()
    return times.user + times.system
