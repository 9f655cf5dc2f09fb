"""Settings of the poller. Only this file reads the environment."""

import logging
from dataclasses import dataclass

from environs import Env, EnvError, validate

SHORTEST = 32  # characters of a secret that nobody can try out
MODES = ("delta", "etag", "full")
DEVELOPMENT_TOKEN = "development-only"  # noqa: S105 - refused when DEBUG is off


@dataclass(frozen=True)
class Settings:
    """What the poller is told from outside."""

    monolith_url: str
    attendees_url: str
    service_token: str
    mode: str
    interval: float  # seconds from the start of one cycle to the start of the next
    liveness_file: str  # touched with each turn; empty for none
    log_level: int
    lab_url: str  # who is told what happens, for people to see; empty for nobody


def from_environment() -> Settings:
    """The settings. Raises EnvError, which names the variable and what it may be."""
    env = Env()
    return Settings(
        monolith_url=env.str("MONOLITH_URL", "http://localhost:8000").rstrip("/"),
        attendees_url=env.str("ATTENDEES_URL", "http://localhost:8001").rstrip("/"),
        service_token=_service_token(env),
        mode=env.str("POLL_MODE", "delta", validate=validate.OneOf(MODES, error="{input!r} is none of: {choices}")),
        interval=env.float("POLL_INTERVAL", 5.0, validate=validate.Range(min=0.05)),
        liveness_file=env.str("LIVENESS_FILE", ""),
        log_level=env.log_level("LOG_LEVEL", logging.INFO),
        lab_url=env.str("LAB_URL", ""),
    )


def _service_token(env: Env) -> str:
    token: str = env.str("SERVICE_TOKEN", "") or DEVELOPMENT_TOKEN
    if (token.startswith(DEVELOPMENT_TOKEN) or len(token) < SHORTEST) and not env.bool("DEBUG", False):
        raise EnvError(f"SERVICE_TOKEN: set a random value of {SHORTEST} characters; others are for DEBUG=1 only")
    return token
