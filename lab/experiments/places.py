"""Where the broker and the database of experiments are."""

from dataclasses import dataclass
from importlib.util import find_spec

from lab import settings


@dataclass(frozen=True)
class Places:
    """AMQP and management URL of the broker; the URL of the lab's own database, or nothing."""

    amqp: str
    management: str
    database: str


def find() -> Places:
    """As the environment says; without that, those of the native run here."""
    if settings.IS_NATIVE and not settings.LAB_DATABASE_URL and find_spec("native"):
        from native import places

        run = places.environment()
        return Places(run["RABBITMQ_URL"], run["RABBITMQ_MANAGEMENT_URL"], run["LAB_DATABASE_URL"])
    return Places(settings.RABBITMQ_URL, settings.RABBITMQ_MANAGEMENT_URL, settings.LAB_DATABASE_URL)
