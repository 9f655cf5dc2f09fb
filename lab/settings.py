"""Where the lab finds the running application. Nothing else in the lab reads the environment."""

from pathlib import Path
from urllib.parse import quote

from dotenv import dotenv_values
from environs import Env

env = Env()
ROOT = Path(__file__).parents[1]
env.read_env(str(ROOT / ".env"), recurse=False)

MONOLITH = f"http://127.0.0.1:{env.int('MONOLITH_PORT', 8000)}"
ATTENDEES = f"http://127.0.0.1:{env.int('ATTENDEES_PORT', 8001)}"
LAB = f"http://127.0.0.1:{env.int('LAB_PORT', 8002)}" if env.str("LAB", "1") != "0" else ""
MAIL_PAGE = f"http://127.0.0.1:{env.int('MAIL_PORT', 1080)}"
BROKER_PAGE = f"http://127.0.0.1:{env.int('RABBITMQ_MANAGEMENT_PORT', 15672)}"
RUN_DIR = Path(env.str("RUN_DIR", str(ROOT / ".run")))  # of a native run

# Of `cogo why` and `cogo status`, which ask the parts themselves
STARTED_WITH = dotenv_values(RUN_DIR / "ports")  # of a native run
IS_NATIVE = (RUN_DIR / "supervisord.pid").exists()
ATTENDEES_URL = env.str("ATTENDEES_URL", "") or ATTENDEES
WORKFLOW_PORT = (IS_NATIVE and STARTED_WITH.get("WORKFLOW_PORT")) or env.int("WORKFLOW_PORT", 8003)
WORKFLOW_URL = env.str("WORKFLOW_URL", "") or f"http://127.0.0.1:{WORKFLOW_PORT}"
SERVICE_TOKEN = env.str("SERVICE_TOKEN", "") or "development-only"
POLL_INTERVAL = env.float("POLL_INTERVAL", 5)
# The user of the compose file; a native run has guest.
_USER, _PASSWORD = ("" if IS_NATIVE else env.str(f"RABBITMQ_{each}", "") for each in ("USER", "PASSWORD"))
_LOGIN = f"{quote(_USER or 'guest', safe='')}:{quote(_PASSWORD or 'guest', safe='')}"
RABBITMQ_URL = env.str("RABBITMQ_URL", "") or f"amqp://{_LOGIN}@localhost:5672/"

# Of a race on a stack that is up already
MONOLITH_URL = env.str("MONOLITH_URL", "") or MONOLITH
RABBITMQ_MANAGEMENT_URL = env.str("RABBITMQ_MANAGEMENT_URL", "") or BROKER_PAGE
ORGANISER_TOKEN = env.str("ORGANISER_TOKEN", "")

# Of experiments, which work in a schema of their own
LAB_DATABASE_URL = env.str("LAB_DATABASE_URL", "")
