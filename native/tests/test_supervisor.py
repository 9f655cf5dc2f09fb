"""What is asked of supervisord while it comes and goes."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from native import places, supervisor


@pytest.fixture
def slow_to_stop(tmp_path, monkeypatch):
    """A supervisor whose only process takes a second to end."""
    monkeypatch.setenv("RUN_DIR", str(tmp_path))
    socket = places.control_socket(places.run_dir())
    socket.parent.mkdir(parents=True, exist_ok=True)
    stubborn = tmp_path / "stubborn.py"
    stubborn.write_text("import signal, time\nsignal.signal(15, lambda *_: (time.sleep(1), exit()))\ntime.sleep(60)\n")
    configuration = tmp_path / "supervisord.conf"
    configuration.write_text(
        f"[unix_http_server]\nfile={socket}\n[supervisord]\nnodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\n"
        f"pidfile={tmp_path}/pid\n[rpcinterface:supervisor]\n"
        "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"
        f"[program:stubborn]\ncommand={sys.executable} {stubborn}\nstartsecs=1\n"
    )
    process = subprocess.Popen(
        [Path(sys.executable).with_name("supervisord"), "-c", configuration], stdout=subprocess.DEVNULL
    )
    while not supervisor.answers() or [each["statename"] for each in supervisor.processes()] != ["RUNNING"]:
        time.sleep(0.05)
    yield process
    process.terminate()
    process.wait()


def test_one_that_is_shut_down_is_waited_for(slow_to_stop):
    supervisor.shutdown()

    assert not supervisor.answers()
    assert slow_to_stop.wait(10) == 0
