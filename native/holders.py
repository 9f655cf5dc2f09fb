"""Who listens on a port that the application needs."""

import psutil

# RabbitMQ's own process has the name of Erlang's machine
REMEDIES = {
    "beam.smp": "If it is the RabbitMQ of the system, type: sudo systemctl stop rabbitmq-server    "
    "(macOS: brew services stop rabbitmq)",
    "docker-proxy": "If it is this application in containers, type: docker compose down",
}


def taken(port: int) -> str:
    """A phrase that names the holder of a port, where this user may know it, and how to end it."""
    holder = _holder(port)
    if holder is None:
        return f"is taken by another program (sudo lsof -i :{port} shows which)"
    remedy = REMEDIES.get(holder.name())
    return f"is taken by another program: {holder.name()}, process {holder.pid}" + (f". {remedy}" if remedy else "")


def _holder(port: int) -> psutil.Process | None:
    try:
        listening = [each for each in psutil.net_connections("inet") if each.status == psutil.CONN_LISTEN]
        pids = [each.pid for each in listening if each.laddr and each.laddr.port == port and each.pid]
        return psutil.Process(pids[0]) if pids else None
    except psutil.Error:  # macOS shows the connections of others to root alone
        return None
