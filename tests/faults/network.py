"""Machines of their own for processes, as network namespaces, whose lines can fail without a word.

A proxy cannot do that: its kernel goes on answering the kernel of the other end. Needs root, `ip` and `iptables`.
"""

import os
import shutil
import subprocess

ESTABLISHED = "01"  # of /proc/net/tcp


def why_not() -> str:
    """What keeps machines from being made here; empty when nothing does."""
    missing = [program for program in ("ip", "iptables", "nsenter") if not shutil.which(program)]
    if missing:
        return f"{', '.join(missing)} not installed"
    tried = subprocess.run(["ip", "netns", "add", f"cogo-{os.getpid()}-try"], capture_output=True, text=True)
    if tried.returncode:
        return f"no network namespace can be made here: {tried.stderr.strip()}"
    _run("ip", "netns", "del", f"cogo-{os.getpid()}-try")
    return ""


class Network:
    """A switch, to which this machine and others are connected; servers listen at `address` as well."""

    def __init__(self) -> None:
        self.prefix = f"10.{64 + os.getpid() // 250 % 128}.{os.getpid() % 250}"
        self.address = f"{self.prefix}.1"
        self.switch = f"cogo-{os.getpid()}-switch"
        self._machines: list[Machine] = []
        self._line = f"cogo{os.getpid()}"[-15:]
        _run("ip", "netns", "add", self.switch)
        _run("ip", "-n", self.switch, "link", "add", "name", "switch", "up", "type", "bridge")
        _run("ip", "link", "add", self._line, "type", "veth", "peer", "name", "home", "netns", self.switch)
        _run("ip", "-n", self.switch, "link", "set", "home", "up", "master", "switch")
        _run("ip", "address", "add", f"{self.address}/24", "dev", self._line)
        _run("ip", "link", "set", self._line, "up")

    def machine(self) -> "Machine":
        """One more."""
        made = Machine(self, len(self._machines) + 1)
        self._machines.append(made)
        return made

    def end(self) -> None:
        """Nothing of it is left. What runs on the machines has ended before."""
        for name in (*(machine.name for machine in self._machines), self.switch):
            _run("ip", "netns", "del", name)


class Machine:
    """A network namespace with one line to the switch."""

    def __init__(self, network: Network, number: int) -> None:
        self.name = f"cogo-{os.getpid()}-{number}"
        self.address = f"{network.prefix}.{number + 1}"
        port = f"port{number}"
        _run("ip", "netns", "add", self.name)
        _run(
            "ip", "-n", self.name, "link", "add", "line", "type", "veth", "peer", "name", port, "netns", network.switch
        )
        _run("ip", "-n", network.switch, "link", "set", port, "up", "master", "switch")
        self.run("ip", "address", "add", f"{self.address}/24", "dev", "line")
        self.run("ip", "link", "set", "line", "up")
        self.run("ip", "link", "set", "lo", "up")

    @property
    def enter(self) -> list[str]:
        """What a command that is to run there begins with."""
        return ["nsenter", f"--net=/run/netns/{self.name}"]

    def run(self, *command: str) -> str:
        """What the command prints there."""
        return _run(*self.enter, *command)

    def cut(self) -> None:
        """From now on nothing comes from it or goes to it, and nobody is told."""
        self._drop("INPUT", "--in-interface", "line")
        self._drop("OUTPUT", "--out-interface", "line")

    def forget_connections(self) -> int:
        """As a firewall that was started anew: what is connected now passes nothing any more, and nobody is told;
        new connections are well. How many there were."""
        ports = self._connected()
        for port in ports:
            self._drop("INPUT", "--protocol", "tcp", "--in-interface", "line", "--dport", port)
            self._drop("OUTPUT", "--protocol", "tcp", "--out-interface", "line", "--sport", port)
        return len(ports)

    def heal(self) -> None:
        """Everything passes again."""
        self.run("iptables", "--flush")

    def _connected(self) -> list[str]:
        """Local ports of its connections."""
        rows = [row.split() for row in self.run("cat", "/proc/net/tcp").splitlines()[1:]]
        local = [address for _, address, _, state, *_ in rows if state == ESTABLISHED]
        return [str(int(address.split(":")[1], 16)) for address in local if not address.startswith("0100007F")]

    def _drop(self, chain: str, *which: str) -> None:
        self.run("iptables", "--append", chain, *which, "--jump", "DROP")


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout
