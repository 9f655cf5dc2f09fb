import pytest
import responses

from poller.copies import Copies
from poller.source import Source


@pytest.fixture
def services():
    """Monolith and attendees service, answering as they are scripted to; first scripted, first served."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as scripted:
        yield scripted


@pytest.fixture
def source() -> Source:
    return Source("http://monolith:8000")


@pytest.fixture
def copies() -> Copies:
    return Copies("http://attendees:8001", "secret")
