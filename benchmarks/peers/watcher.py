"""Somebody who looks at the board: reads its server-sent events as a browser does, and does nothing with them.

`python -m benchmarks.peers.watcher URL TOKEN`: at each line of input it says how many numbers, dots and lines came so
far, and how often the board said that it shows only a sample.
"""

import json
import sys
import threading
import urllib.request

seen = {"ticks": 0, "hops": 0, "sampled": 0}


def answer() -> None:
    """Say what was seen, as often as asked."""
    for _ in sys.stdin:
        print(json.dumps(seen))


url, token = sys.argv[1:]
request = urllib.request.Request(url, headers={"Authorization": f"Service {token}"})
with urllib.request.urlopen(request, timeout=10) as stream:
    threading.Thread(target=answer, daemon=True).start()
    print("ready")
    event = ""
    for line in stream:
        if line.startswith(b"event: "):
            event = line[7:].strip().decode()
        elif line.startswith(b"data: ") and event == "tick":
            tick = json.loads(line[6:])
            seen["ticks"] += 1
            seen["hops"] += len(tick["hops"])
            seen["sampled"] += any("sample" in each for each in tick["state"]["troubles"])
