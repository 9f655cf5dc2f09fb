import pytest
import responses
from django.conf import settings
from rest_framework.test import APIClient
from samples import a_conference

from attendees.copies import copy_conferences
from attendees.models import ConferenceVO


@pytest.fixture
def conference(db) -> ConferenceVO:
    """Conference 3, known here."""
    copy_conferences([a_conference(3, name="DjangoDay")])
    return ConferenceVO.objects.get(pk=3)


@pytest.fixture
def browser() -> APIClient:
    """Someone without a log-in."""
    return APIClient()


@pytest.fixture
def service() -> APIClient:
    """Another of our services."""
    return APIClient(headers={"authorization": f"Service {settings.SERVICE_TOKEN}"})


@pytest.fixture
def monolith():
    """Answers as it is scripted to."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as scripted:
        yield scripted
