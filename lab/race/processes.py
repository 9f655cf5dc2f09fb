"""What the processes of a part use."""

from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Tree:
    """A process and all below it."""

    pid: int

    def cpu(self) -> float:
        """Seconds of CPU so far, user and system, children that have ended included. Ticks of 10 ms on Linux."""
        total = 0.0
        for process in self._processes():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue  # its parent has its seconds now
            total += times.user + times.system + times.children_user + times.children_system
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
