"""What processes use. Linux alone tells it so exactly."""

from pathlib import Path

import psutil


def cpu_ms(pid: int) -> float:
    """Of it and of its children. The kernel's nanoseconds: the usual hundredths of a second would be too coarse."""
    threads = (file for each in _tree(pid) for file in Path(f"/proc/{each}/task").glob("*/schedstat"))
    return sum(int(file.read_text().split()[0]) for file in threads) / 1e6


def memory(pid: int) -> float:
    """Bytes of it and of its children; what several share is divided among them."""
    return float(sum(psutil.Process(each).memory_full_info().pss for each in _tree(pid)))


def _tree(pid: int) -> list[int]:
    return [pid, *(each.pid for each in psutil.Process(pid).children(recursive=True))]
