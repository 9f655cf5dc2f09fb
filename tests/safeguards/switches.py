"""A pytest plugin that switches off the safeguard named in SAFEGUARD_OFF, to see which test notices."""

import os

import pytest
from hypothesis import Phase, settings

from tests.safeguards import of_messaging, of_services
from tests.safeguards.switch import SWITCHES

__all__ = ["SWITCHES", "of_messaging", "of_services"]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """By now all code under test is imported, and none of it has run."""
    name = os.environ.get("SAFEGUARD_OFF")
    if name:
        SWITCHES[name].off()
        settings.register_profile("red is enough", phases=[Phase.generate])  # the shortest story takes minutes to find
        settings.load_profile("red is enough")
