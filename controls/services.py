"""The names of the services: the same with both engines."""

WORKERS = "presentation_workflow"
# Whoever writes what came from elsewhere, or carries it there.
MOVERS = ("poller", "monolith_outbox", "monolith_subscriber", "attendees_subscriber", WORKERS)
SERVICES = (
    *MOVERS, "presentation_workflow_outbox", "monolith", "attendees_microservice", "lab",
    "audit_log",
    "rabbitmq", "database", "mail",
)  # fmt: skip
# What a cluster has besides.
OF_A_CLUSTER = (
    "monolith_2", "attendees_microservice_2", "presentation_workflow_outbox_2",
    "rabbitmq_2", "rabbitmq_3", "database_standby",
)  # fmt: skip


class NoSuchService(Exception):
    """A name that none of the services has; the message says which there are."""


def existing(name: str, is_cluster: bool) -> str:
    """The name, if a service has it. Raises NoSuchService."""
    there = (*SERVICES, *OF_A_CLUSTER) if is_cluster else SERVICES
    if name not in there:
        asked = f"There is no service {name!r}." if name else "Which service? For instance: make stop SERVICE=poller"
        raise NoSuchService(f"{asked}\nThere are: {', '.join(sorted(there))}")
    return name
