"""What a person types: natively or with a container engine, as the application runs now."""

from lab import settings


def start(process: str) -> str:
    """The command that starts one process of the application."""
    return f"{_program()} start {process}"


def run(process: str, *command: str) -> str:
    """The command that runs `manage.py` of a process's service."""
    folder = process.removesuffix("_outbox").replace("monolith_subscriber", "monolith")
    folder = folder.replace("attendees_subscriber", "attendees_microservice")
    verb = "run" if settings.IS_NATIVE else "exec"
    return f"{_program()} {verb} {process} python {folder}/manage.py {' '.join(command)}"


def logs(process: str) -> str:
    """The command that shows what a process says."""
    return f"{_program()} logs {process}"


def _program() -> str:
    return ".venv/bin/python -m native" if settings.IS_NATIVE else "docker compose"


RELAYS = {"monolith": "monolith_outbox", "workflow": "presentation_workflow_outbox"}
READERS = {
    "monolith": "monolith_subscriber",
    "attendees": "attendees_subscriber",
    "workflow": "presentation_workflow",
}
