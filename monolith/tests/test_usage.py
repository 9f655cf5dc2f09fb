"""What it costs the monolith that others know of its changes: polls on one line, publishing on the other."""

from datetime import timedelta
from time import thread_time

import pytest
import requests
from django.utils import timezone
from samples import ADA

from accounts.models import Account
from events import actions
from usage import meter
from usage.models import Purpose, UsageSample
from usage.receivers import RelayMeter

pytestmark = pytest.mark.django_db

USAGE = "/api/bill/"


@pytest.fixture(autouse=True)
def nothing_counted_yet(db):
    meter.flush()
    UsageSample.objects.all().delete()


def usage(browser):
    """The sums over all its minutes: a test may run over a minute's end."""
    minutes = browser.get(USAGE).json()["minutes"]
    return {
        purpose: {name: sum(minute[purpose][name] for minute in minutes) for name in minutes[0][purpose]}
        for purpose in Purpose.values
    }


def test_a_poll_is_counted_with_its_answer_its_queries_and_its_cpu(browser, conference):
    meter.flush()
    UsageSample.objects.all().delete()
    before = thread_time()
    answer = browser.get("/api/conferences/")
    spent_ms = 1000 * (thread_time() - before)  # the test's own share included
    head = sum(len(f"{name}: {value}\r\n") for name, value in answer.items())

    polls = usage(browser)["polls"]

    assert 0 < polls.pop("cpu_ms") < spent_ms
    assert polls == {"requests": 1, "bytes": head + len(answer.content), "queries": 2}


@pytest.mark.parametrize(
    "path", ["conferences/", "conferences", "conferences/changes/", "accounts/", "accounts/changes/"]
)
def test_whoever_asks_for_all_or_for_what_changed_polls(browser, path):
    browser.get(f"/api/{path}")
    browser.get(f"/api/{path}")

    assert usage(browser)["polls"]["requests"] == 2


@pytest.mark.parametrize(
    "sent",
    [
        {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "user-agent": "Lynx/2.9.0"},
        {"accept": "*/*", "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
    ],
    ids=["opens a page", "is on a page that asks"],
)
@pytest.mark.parametrize("path", ["conferences/", "conferences/changes/", "accounts/"])
def test_a_person_who_browses_does_not_poll(browser, path, sent):
    browser.get(f"/api/{path}", headers=sent)
    browser.get(f"/api/{path}", headers=requests.utils.default_headers())

    assert usage(browser)["polls"]["requests"] == 1


def test_not_modified_is_counted_with_one_query(browser, conference):
    etag = browser.get("/api/conferences/")["ETag"]
    before = usage(browser)["polls"]

    browser.get("/api/conferences/", headers={"If-None-Match": etag})

    after = usage(browser)["polls"]
    assert (after["requests"] - before["requests"], after["queries"] - before["queries"]) == (1, 1)


def test_everything_else_is_nobodys_poll(desk, conference):
    meter.flush()
    UsageSample.objects.all().delete()

    desk.get(f"/api/conferences/{conference.pk}/")
    desk.put(f"/api/conferences/{conference.pk}/", {"name": "Other"}, format="json")

    assert usage(desk)["polls"]["requests"] == 0


def test_each_message_is_counted_as_publishing(browser):
    Account.objects.create_user(**ADA)

    publishing = usage(browser)["publishing"]

    assert (publishing["requests"], publishing["queries"]) == (1, 2)
    assert 100 < publishing["bytes"] < 300
    assert publishing["cpu_ms"] > 0


def test_what_the_relay_does_is_counted_as_publishing_but_not_its_start(browser, conference):
    meter.flush()
    UsageSample.objects.all().delete()
    relay = RelayMeter()
    relay.flush()
    assert UsageSample.objects.count() == 0

    actions.change(conference.pk, name="Something for the database to do")
    relay.flush()

    publishing = usage(browser)["publishing"]
    assert publishing["queries"] > 2
    assert publishing["cpu_ms"] > 0


def test_several_processes_add_to_one_sample(browser):
    for _ in range(2):
        meter.count(Purpose.POLLS, requests=3, bytes=10, queries=1, cpu_ms=0.5)
        meter.flush()

    assert usage(browser)["polls"] == {"requests": 6, "bytes": 20, "queries": 2, "cpu_ms": 1.0}


def test_a_request_writes_nothing(browser, django_assert_num_queries):
    browser.get("/api/conferences/")  # the first one of a new database begins its epoch
    UsageSample.objects.all().delete()

    with django_assert_num_queries(2):
        browser.get("/api/conferences/")

    assert UsageSample.objects.count() == 0


def test_a_day_later_it_is_forgotten():
    long_ago = timezone.now() - meter.KEPT - timedelta(minutes=1)
    UsageSample.objects.create(purpose="polls", minute=long_ago, requests=1, bytes=1, queries=1, cpu_ms=1)

    meter.count(Purpose.POLLS, requests=1)
    meter.flush()

    assert UsageSample.objects.filter(minute=long_ago).count() == 0


def test_the_latest_minutes_come_first_and_no_more_than_asked_for(browser):
    now = timezone.now().replace(second=0, microsecond=0)
    for age in range(5):
        at = now - timedelta(minutes=age)
        UsageSample.objects.create(purpose="polls", minute=at, requests=age, bytes=0, queries=0, cpu_ms=0)

    minutes = browser.get(USAGE, {"minutes": 2}).json()["minutes"]

    assert [minute["polls"]["requests"] for minute in minutes] == [0, 1]
    assert minutes[0]["publishing"] == {"requests": 0, "bytes": 0, "queries": 0, "cpu_ms": 0}


@pytest.mark.parametrize("minutes", ["0", "x", "1441"])
def test_a_wrong_number_of_minutes_is_a_400(browser, minutes):
    assert browser.get(USAGE, {"minutes": minutes}).status_code == 400


def test_people_read_a_table_of_it(browser, conference):
    browser.get("/api/conferences/")

    page = browser.get(USAGE, headers={"accept": "text/html"}).content.decode()

    assert '<th scope="colgroup" colspan="4">polls</th>' in page
    assert "<td>1</td>" in page
