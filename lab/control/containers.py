"""The containers of this application, by the engine's own API: those of one compose project, told by its labels."""

import json
import socket
from typing import Any
from urllib.parse import quote

from lab.control.hands import SLOTS, Refused
from lab.control.socket_http import ask

LABEL = "com.docker.compose"
STOPS_WITHIN = 60  # seconds until the engine ends what does not stop by itself
RUNNING = {"running", "paused", "restarting"}


class Containers:
    """Those of the compose project that this container belongs to. Every method raises Refused, or OSError where the
    engine does not answer."""

    def __init__(self, engine: str) -> None:
        self._engine = engine
        labels = self._call("GET", f"/containers/{socket.gethostname()}/json")["Config"]["Labels"]
        self._project = str(labels[f"{LABEL}.project"])

    def states(self, service: str) -> dict[int, str]:
        """Of each of its containers, by number: running, paused, exited, …"""
        return {number: str(each["State"]) for number, each in self._of(service).items()}

    def do(self, deed: str, service: str, number: int) -> None:
        """`start`, `stop`, `pause`, `unpause` or `kill` that container; nothing where it is so already."""
        id_ = self._id(service, number)
        more = f"?t={STOPS_WITHIN}" if deed == "stop" else ""
        self._call("POST", f"/containers/{id_}/{deed}{more}")

    def add(self, service: str) -> int:
        """Start another container like the first one of this service; its number."""
        there = self._of(service)
        if not there:
            raise Refused(f"{service} has no container")
        free = [number for number in range(1, SLOTS + 1) if number not in there]
        if not free:
            raise Refused(f"there are {SLOTS} already")
        like = self._call("GET", f"/containers/{there[min(there)]['Id']}/json")
        config = like["Config"] | {"Hostname": "", "HostConfig": like["HostConfig"]}
        config["Labels"] = config["Labels"] | {f"{LABEL}.container-number": str(free[0])}
        networks = {name: {"Aliases": [service]} for name in like["NetworkSettings"]["Networks"]}
        config["NetworkingConfig"] = {"EndpointsConfig": networks}
        name = quote(f"{self._project}-{service}-{free[0]}")
        made = self._call("POST", f"/containers/create?name={name}", config)
        self._call("POST", f"/containers/{made['Id']}/start")
        return free[0]

    def remove(self, service: str, number: int) -> None:
        """Stop one that was added, in good order, and forget it."""
        id_ = self._id(service, number)
        self._call("POST", f"/containers/{id_}/stop?t={STOPS_WITHIN}")
        self._call("DELETE", f"/containers/{id_}?v=true")

    def _id(self, service: str, number: int) -> str:
        try:
            return str(self._of(service)[number]["Id"])
        except KeyError:
            raise Refused(f"{service} has no container {number}") from None

    def _of(self, service: str) -> dict[int, dict[str, Any]]:
        wanted = [f"{LABEL}.project={self._project}", f"{LABEL}.service={service}", f"{LABEL}.oneoff=False"]
        found = self._call("GET", f"/containers/json?all=true&filters={quote(json.dumps({'label': wanted}))}")
        return {int(each["Labels"][f"{LABEL}.container-number"]): each for each in found}

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        status, said = ask(self._engine, method, path, body)
        if status >= 400:
            raise Refused(f"the engine says: {said.get('message') if isinstance(said, dict) else status}")
        return said
