import pytest
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIClient
from samples import ADA, HALL, TALK, a_plan, forget_published

from accounts.models import Account
from events import actions as events
from events.models import Conference, Location, State
from presentations.models import Presentation


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """The real hasher takes a fifth of a second on purpose: minutes, over all tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def no_memory_of_third_parties():
    cache.clear()


@pytest.fixture
def browser() -> APIClient:
    """Someone without a log-in, to whom a 500 is an answer as well."""
    return APIClient(raise_request_exception=False)


@pytest.fixture
def ada(db) -> Account:
    return Account.objects.create_user(**ADA)


@pytest.fixture
def ada_browser(ada) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(ada)
    return client


@pytest.fixture
def organiser(db) -> Account:
    return Account.objects.create_superuser("olga", "olga@conference.go", "keeps-the-books")


@pytest.fixture
def desk(organiser) -> APIClient:
    """The organiser, logged in; to whom a 500 is an answer as well."""
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(organiser)
    return client


@pytest.fixture
def location(db) -> Location:
    return Location.objects.create(**HALL | {"state": State.objects.get(abbreviation="CA")})


@pytest.fixture
def conference(location) -> Conference:
    conference = events.save(Conference(**a_plan(0) | {"location": location}))
    conference.refresh_from_db()
    forget_published()
    return conference


@pytest.fixture
def presentation(conference) -> Presentation:
    return Presentation.objects.create(conference=conference, **TALK)


@pytest.fixture
def admin(organiser) -> Client:
    """The organiser's browser at /admin/."""
    client = Client()
    client.force_login(organiser)
    forget_published()
    return client
