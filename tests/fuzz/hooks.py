"""What schemathesis cannot know of us."""

import os
from datetime import datetime

import requests
import schemathesis
from hypothesis import strategies as st

from tests.fuzz.service import ORGANISER

# RFC 5321 knows addresses that no mail system takes, and RFC 3339 a second 60.
NAMES = st.from_regex(r"[a-z][a-z0-9]{0,15}", fullmatch=True)
schemathesis.openapi.format("email", st.builds(lambda name, host: f"{name}@{host}.example.com", NAMES, NAMES))
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2999, 12, 31))
schemathesis.openapi.format("date-time", MOMENTS.map(lambda moment: f"{moment.isoformat()}Z"))


@schemathesis.hook
def before_call(_context, case, **_):
    """A token of its own for whoever revokes one: with the others' gone, the rest would be refused."""
    if case.method == "DELETE" and case.path == "/api/token/" and "Authorization" in (case.headers or {}):
        answer = requests.post(f"{os.environ['FUZZED_URL']}/api/token/", json=ORGANISER, timeout=10)
        case.headers["Authorization"] = f"Token {answer.json()['token']}"
