"""Writes deploy/stack.yml, for a swarm, out of the two compose files: `make stack-file`.

A swarm refuses some of what `docker compose` understands, and ignores some in silence; each has its counterpart here.
"""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
IMAGE = "${CONFERENCE_GO_IMAGE:-conference-go:latest}"  # each node needs it: from a registry, or by `docker load`
FILES = ("docker-compose.yml", "docker-compose.cluster.yml")
LEFT_OUT = ("lab", "audit_log")  # of lessons, as is what has a profile
PUBLISHED = {"monolith": ("MONOLITH_PORT", 8000), "attendees_microservice": ("ATTENDEES_PORT", 8001)}
# The node with this label, which holds the volume. The standby is elsewhere than the primary.
PLACES = {"database": 1, "database_standby": 2, "mail": 1, "rabbitmq": 1, "rabbitmq_2": 2, "rabbitmq_3": 3}
ONE_ONLY = ("monolith_subscriber", "attendees_subscriber", "poller")  # the old one ends before the new one starts
SECRETS = (
    "SECRET_KEY", "SERVICE_TOKEN", "ORGANISER_PASSWORD", "EMAIL_HOST_PASSWORD",
    "RABBITMQ_PASSWORD", "RABBITMQ_ERLANG_COOKIE",
    "MONOLITH_DATABASE_PASSWORD", "ATTENDEES_DATABASE_PASSWORD", "WORKFLOW_DATABASE_PASSWORD", "LAB_DATABASE_PASSWORD",
    "REPLICATION_PASSWORD", "POSTGRES_PASSWORD",
)  # fmt: skip
SECRET = re.compile(rf"\$\{{({'|'.join(SECRETS)})(?::?-(?:[^{{}}]|\{{[^{{}}]*\}})*)?\}}")
# A swarm's answer to what is another one's in development.
FOR_PRODUCTION = {"DEBUG": "0", "LAB_URL": "", "LAB_PAGE_URL": "", "MAIL_PAGE_URL": "", "RABBITMQ_PAGE_URL": ""}
# A swarm gives nobody the address of a task that is not healthy, and a broker gets healthy once it found the others.
FOUND_BEFORE_THEY_ARE_WELL = ("rabbitmq", "rabbitmq_2", "rabbitmq_3")
# Of an image whose own command is lost with its entrypoint.
COMMANDS = {"rabbitmq:4-management": ["docker-entrypoint.sh", "rabbitmq-server"]}

Service = dict[str, Any]


def main() -> None:
    """Print the file."""
    sys.stdout.write(written(composed()))


def composed() -> dict[str, Any]:
    """Both compose files as one, as `docker compose` understands them, with their variables as they are."""
    files = [word for file in FILES for word in ("--file", file)]
    shown = subprocess.run(  # noqa: S603 - our own arguments
        ["docker", "compose", *files, "config", "--no-interpolate", "--format", "json"],  # noqa: S607
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(shown.stdout)
    return found


def written(compose: dict[str, Any]) -> str:
    """The text of deploy/stack.yml."""
    head = "# Written by `make stack-file` out of docker-compose.yml and docker-compose.cluster.yml; change those.\n"
    configs: dict[str, Any] = {"with-secrets": _config(ROOT / "deploy/with-secrets.sh")}
    services = {
        name: _service(name, service, compose["services"], configs)
        for name, service in compose["services"].items()
        if name not in LEFT_OUT and "profiles" not in service and not _is_second(name, service)
    }
    used = [name for name in SECRETS if any(name in service.get("secrets", ()) for service in services.values())]
    stack = {
        "version": "3.9",
        "services": services,
        "networks": {"default": {"driver": "overlay"}},
        "configs": configs,
        "secrets": {name: {"external": True, "name": f"conference-go.{name}"} for name in used},
        "volumes": {name: {} for name in compose["volumes"] if f"{name}:/" in str(services)},
    }
    return head + yaml.safe_dump(stack, sort_keys=False, width=120)


def _is_second(name: str, service: Service) -> bool:
    """One more of a service without a volume: a swarm says that with a number."""
    return name.endswith("_2") and "volumes" not in service


def _service(name: str, service: Service, others: dict[str, Service], configs: dict[str, Any]) -> Service:
    environment, secrets = _environment(service.get("environment", []))
    made: Service = {"image": service.get("image", IMAGE)}
    made |= {key: service[key] for key in ("hostname", "init", "read_only", "cap_drop", "cap_add") if key in service}
    command = service.get("command") or COMMANDS.get(made["image"], [])
    if secrets:
        made["entrypoint"] = ["sh", "/with-secrets.sh", *(service.get("entrypoint") or [])]
    if command:
        made["command"] = command
    made["environment"] = environment
    made["secrets"] = secrets
    mounts = service.get("volumes", [])
    made["volumes"] = [f"{each['source']}:{each['target']}" for each in mounts if each["type"] == "volume"]
    # The short form `tmpfs:` is ignored.
    made["volumes"] += [{"type": "tmpfs", "target": target} for target in service.get("tmpfs", [])]
    if "shm_size" in service:
        memory = {"size": _bytes(service["shm_size"])}
        made["volumes"].append({"type": "tmpfs", "target": "/dev/shm", "tmpfs": memory})  # noqa: S108 - Postgres' own
    made["configs"] = [_mounted(each, configs) for each in mounts if each["type"] == "bind"]
    if secrets:
        made["configs"].append({"source": "with-secrets", "target": "/with-secrets.sh", "mode": 0o555})
    made["networks"] = {"default": service["networks"]["default"] or {}}
    if name in PUBLISHED:
        variable, port = PUBLISHED[name]
        published = f"${{{variable}:-{port}}}"
        made["ports"] = [{"target": port, "published": published, "protocol": "tcp", "mode": "host"}]
    kept = ("logging",) if name in FOUND_BEFORE_THEY_ARE_WELL else ("healthcheck", "logging")
    made |= {key: service[key] for key in kept if key in service}
    replicas = service.get("deploy", {}).get("replicas", 2 if f"{name}_2" in others and name not in PLACES else 1)
    made["deploy"] = _deploy(name, service, replicas)
    return {key: value for key, value in made.items() if value not in ([], {})}


def _environment(listed: list[str] | dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """What is no secret, and the names of the secrets, which the others may name: see with-secrets.sh."""
    pairs = listed.items() if isinstance(listed, dict) else [line.split("=", 1) for line in listed]
    environment, secrets = {}, set()
    for name, value in sorted(dict(pairs).items()):
        named = set(SECRET.findall(value))
        secrets |= named
        if name not in named:
            value = SECRET.sub(r"$$\1", value).replace("${RABBITMQ_USER:-guest}", "${RABBITMQ_USER:-conference-go}")
            environment[name] = FOR_PRODUCTION.get(name, value)
    return environment, sorted(secrets)


def _mounted(mount: dict[str, Any], configs: dict[str, Any]) -> dict[str, Any]:
    file = Path(mount["source"])
    name = f"{file.parent.name}-{file.name}".replace(".", "-")
    configs[name] = _config(file)
    return {"source": name, "target": mount["target"], "mode": 0o555 if file.suffix == ".sh" else 0o444}


def _config(file: Path) -> dict[str, str]:
    """A config never changes: one with other contents is another one."""
    contents = hashlib.sha256(file.read_bytes()).hexdigest()[:8]
    path = file.relative_to(ROOT / "deploy")
    return {"file": f"./{path}", "name": f"conference-go-{str(path).replace('/', '-')}-{contents}"}


def _deploy(name: str, service: Service, replicas: int) -> dict[str, Any]:
    order = "stop-first" if name in (*PLACES, *ONE_ONLY) else "start-first"
    limits = {"memory": service["mem_limit"], "pids": service["pids_limit"]}
    made: dict[str, Any] = {
        # Names lead to the tasks themselves: nothing in between forgets a connection that was idle for long.
        "endpoint_mode": "dnsrr",
        "replicas": replicas,
        "update_config": {"parallelism": 1, "order": order, "monitor": "20s", "failure_action": "rollback"},
        "rollback_config": {"parallelism": 1, "order": order},
        "restart_policy": {"condition": "any", "delay": "3s"},
        "resources": {"limits": limits},
    }
    if name in PLACES:
        made["placement"] = {"constraints": [f"node.labels.conference-go == {PLACES[name]}"]}
    return made


def _bytes(size: str) -> int:
    """For example of 128m."""
    return int(size.removesuffix("m")) * 1024 * 1024


if __name__ == "__main__":
    main()
