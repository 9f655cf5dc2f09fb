"""Processes of a run whose supervisor was killed: nobody would end them."""

import os

import psutil

from native import places

PATIENCE = 30  # seconds


def end() -> None:
    """End every process that was started for this run folder; returns when they are gone."""
    processes = _processes()
    for process in processes:
        process.terminate()
    _, stubborn = psutil.wait_procs(processes, PATIENCE)
    for process in stubborn:
        process.kill()
    psutil.wait_procs(stubborn, PATIENCE)


def _processes() -> list[psutil.Process]:
    """Known by the variable that only we set. Whoever called us may have inherited it too, and stays."""
    ours = str(places.control_socket(places.run_dir()))
    callers = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    return [each for each in psutil.process_iter() if each.pid not in callers and _socket_of(each) == ours]


def _socket_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get("COGO_SOCKET")
    except psutil.Error:
        return None
