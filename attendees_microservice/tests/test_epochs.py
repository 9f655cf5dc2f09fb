"""The monolith's database was restored: numbers and revisions are given again, and the source's word counts anew."""

import pytest
from django.conf import settings
from samples import SPRING, a_conference, an_account, listed

from attendees import epochs
from attendees import monolith as source
from attendees.copies import copy_accounts, copy_conferences, delete_conferences, delete_missing, live_ids
from attendees.feeds import read_feeds
from attendees.handlers import copy_conferences as handle_conferences
from attendees.models import AccountVO, ConferenceVO, Epoch, FeedCursor
from attendees.records import AccountRecord, ConferenceDeletion
from attendees.resync import Resync
from attendees.snapshot import read_snapshot
from contracts.messages import ConferenceChanged

pytestmark = pytest.mark.django_db

API = f"{settings.MONOLITH_URL}/api"
BEFORE, AFTER, LATER = 1000, 2000, 3000


def ada(revision=1, epoch=BEFORE, name="Ada", is_active=True):
    return AccountRecord("ada@example.com", name, "", is_active, revision, SPRING, epoch)


def scripted(monolith, accounts=(), conferences=(), epoch=AFTER):
    """The monolith has these, in this epoch."""
    headers = {"Epoch": str(epoch)}
    page = {"changes": list(accounts), "cursor": "a", "more": False}
    monolith.get(f"{API}/accounts/changes/", json=page, headers=headers)
    changes = [{"deleted": False, **each} for each in conferences]
    monolith.get(f"{API}/conferences/changes/", json=page | {"changes": changes}, headers=headers)
    monolith.get(f"{API}/conferences/", json={"conferences": list(conferences)}, headers=headers)
    monolith.get(f"{API}/accounts/", json={"accounts": list(accounts)}, headers=headers)


def names():
    return dict(ConferenceVO.objects.filter(deleted=False).values_list("id", "name"))


def people(name):
    return dict(AccountVO.objects.values_list("email", name))


def test_what_was_restored_from_an_hour_ago_is_what_the_copies_say(monolith):
    """A lost name, a lost conference whose number is another's now, a tombstone that is none, a lost account."""
    copy_conferences([a_conference(1, 8, name="lost", epoch=BEFORE), a_conference(2, 5, name="lost", epoch=BEFORE)])
    delete_conferences([ConferenceDeletion(3, 9, SPRING, BEFORE)])
    copy_conferences([a_conference(4, name="lost", epoch=BEFORE)])
    copy_accounts([ada(7), AccountRecord("new@example.com", "New", "", True, 1, SPRING, BEFORE)])
    FeedCursor.objects.create(feed="accounts", cursor="old")
    there = [listed(1, 3, name="One"), listed(2, 1, name="Two"), listed(3, 1, name="Three")]
    scripted(monolith, [an_account("ada@example.com")], there)

    said = read_snapshot(source.session())

    assert said == "1 of 1 accounts and 3 of 3 conferences were news, 1 conferences and 1 accounts were gone"
    assert names() == {1: "One", 2: "Two", 3: "Three"}
    assert people("is_active") == {"ada@example.com": True, "new@example.com": False}
    assert AccountVO.objects.get(email="ada@example.com").revision == 1


def test_a_number_that_was_lost_may_be_given_again(monolith):
    copy_conferences([a_conference(1, epoch=BEFORE), a_conference(4, 6, name="lost", epoch=BEFORE)])
    scripted(monolith, conferences=[listed(1)])
    read_snapshot(source.session())
    assert live_ids() == {1}

    copy_conferences([a_conference(4, 1, name="another", epoch=AFTER)])

    assert names()[4] == "another"


def test_the_first_message_of_an_epoch_counts_and_those_before_are_over():
    copy_conferences([a_conference(1, 8, name="lost", epoch=BEFORE)])

    copy_conferences([a_conference(1, 1, name="new", epoch=AFTER)])
    copy_conferences([a_conference(1, 9, name="late", epoch=BEFORE), a_conference(5, 1, name="ghost", epoch=BEFORE)])
    delete_conferences([ConferenceDeletion(1, 10, SPRING, BEFORE), ConferenceDeletion(6, 10, SPRING, BEFORE)])
    copy_accounts([ada(epoch=BEFORE)])
    delete_missing([1], BEFORE)

    assert names() == {1: "new"}
    assert (ConferenceVO.objects.count(), AccountVO.objects.count()) == (1, 0)


@pytest.mark.parametrize("order", [(BEFORE, AFTER, LATER), (LATER, AFTER, BEFORE), (AFTER, LATER, BEFORE)])
def test_of_two_restores_the_later_one_counts_in_whatever_order_their_news_comes(order):
    for epoch in order:
        copy_conferences([a_conference(1, 9000 - epoch, name=str(epoch), epoch=epoch)])
        copy_accounts([ada(9000 - epoch, epoch, str(epoch))])

    assert names() == {1: str(LATER)}
    assert AccountVO.objects.get().first_name == str(LATER)


def test_within_an_epoch_a_copy_never_goes_back_and_a_tombstone_stays():
    for epoch in (BEFORE, AFTER):
        copy_conferences([a_conference(1, 5, name="five", epoch=epoch)])
        copy_conferences([a_conference(1, 4, name="four", epoch=epoch)])
        assert names() == {1: "five"}
        delete_conferences([ConferenceDeletion(1, 6, SPRING, epoch)])
        copy_conferences([a_conference(1, 7, name="seven", epoch=epoch)])
        assert names() == {}


def test_a_writer_that_counts_no_epochs_changes_only_what_such_a_one_wrote():
    copy_accounts([ada(3, AFTER, "Ada")])

    copy_accounts([ada(9, 0, "Eve"), AccountRecord("course@example.com", "C", "", True, 0, SPRING)])

    assert people("first_name") == {"ada@example.com": "Ada", "course@example.com": "C"}


@pytest.mark.django_db(transaction=True)
def test_a_feed_of_a_new_epoch_is_taken_as_it_is_and_then_everything_is_compared(monolith):
    copy_conferences([a_conference(1, 8, name="lost", epoch=BEFORE), a_conference(4, name="lost", epoch=BEFORE)])
    Epoch.objects.update(compared=BEFORE)
    scripted(monolith, conferences=[listed(1, 3, name="One")])

    assert Resync()._compare(everything=False)

    assert names() == {1: "One"}
    assert (epochs.is_compared(), Epoch.objects.get().number) == (True, AFTER)


def test_news_of_a_new_epoch_asks_for_a_comparison(django_capture_on_commit_callbacks):
    resync = Resync()
    news = ConferenceChanged.of(a_conference(1, epoch=AFTER))

    with django_capture_on_commit_callbacks(execute=True):
        handle_conferences([news])

    assert resync._asked.is_set()


def test_an_epoch_that_begins_amid_a_comparison_ends_it(monolith):
    copy_conferences([a_conference(1, epoch=BEFORE), a_conference(2, epoch=BEFORE)])
    page = {"changes": [], "cursor": "a", "more": False}
    monolith.get(f"{API}/accounts/changes/", json=page, headers={"Epoch": str(BEFORE)})
    monolith.get(f"{API}/conferences/", json={"conferences": [listed(1)]}, headers={"Epoch": str(AFTER)})

    with pytest.raises(ValueError, match="restored meanwhile"):
        read_snapshot(source.session())

    assert (live_ids(), epochs.is_compared()) == ({1, 2}, False)


def test_an_epoch_that_somebody_made_up_holds_until_the_next_comparison(monolith):
    copy_conferences([a_conference(1, 2, name="made up", epoch=epochs.LARGEST)])
    copy_accounts([ada(2, epochs.LARGEST, "made up")])
    scripted(monolith, [an_account("ada@example.com")], [listed(1, name="One")])

    read_snapshot(source.session())
    copy_conferences([a_conference(1, 2, name="One, later", epoch=AFTER)])

    assert (names(), AccountVO.objects.get().first_name) == ({1: "One, later"}, "")


def test_a_revision_that_the_source_never_reached_does_too(monolith):
    copy_conferences([a_conference(1, name="frozen", epoch=AFTER)._replace(revision=2**53 - 1)])
    delete_conferences([ConferenceDeletion(2, 2**53 - 1, SPRING, AFTER)])
    copy_accounts([ada(2**53 - 1, AFTER, "frozen")])
    scripted(monolith, [an_account("Ada@example.com")], [listed(1, name="One"), listed(2, name="Two")])

    said = read_snapshot(source.session())

    assert said == "1 of 1 accounts and 2 of 2 conferences were news, 0 conferences were gone"
    assert (names(), AccountVO.objects.get().first_name) == ({1: "One", 2: "Two"}, "")
    copy_accounts([ada(2, AFTER, "news")])
    assert AccountVO.objects.get().first_name == "news"


def test_news_that_was_faster_than_a_comparison_is_not_taken_back(monolith):
    copy_conferences([a_conference(1, 5, name="five", epoch=AFTER)])
    copy_accounts([ada(5, AFTER, "five")])
    headers = {"Epoch": str(AFTER)}
    page = {"changes": [an_account("ada@example.com")], "cursor": "a", "more": False}
    monolith.get(f"{API}/accounts/changes/", json=page, headers=headers)
    now = an_account("ada@example.com") | {"revision": 5, "first_name": "five"}
    monolith.get(f"{API}/accounts/", json={"accounts": [now]}, headers=headers)
    for rows in ([listed(1, 4)], [listed(1, 5, name="five")]):
        monolith.get(f"{API}/conferences/", json={"conferences": rows}, headers=headers)

    read_snapshot(source.session())

    assert (names(), AccountVO.objects.get().first_name) == ({1: "five"}, "five")


@pytest.mark.parametrize("wrong", ["x", "-1", "1.5", str(2**53), "9" * 5000])
def test_an_epoch_that_is_none_is_an_answer_of_another_shape(monolith, wrong):
    page = {"changes": [], "cursor": "a", "more": False}
    monolith.get(f"{API}/accounts/changes/", json=page, headers={"Epoch": wrong.encode().decode("latin-1")})

    with pytest.raises(ValueError, match="Epoch"):
        read_feeds(source.session())


def test_a_poller_hands_it_on(service):
    copy_conferences([a_conference(1, 8, name="lost", epoch=BEFORE), a_conference(2, epoch=AFTER)])
    path, headers = "/api/copies/conferences/", {"Epoch": str(AFTER)}

    service.put(path, {"conferences": [listed(1, name="One")]}, format="json", headers=headers)
    late = {"conferences": [listed(1, 9, name="late")], "gone": [2]}
    service.put(path, late, format="json", headers={"Epoch": "1500"})

    assert names() == {1: "One", 2: "Conference 2"}


@pytest.mark.parametrize("wrong", ["x", "-1", "9" * 5000])
def test_an_epoch_that_is_none_is_a_400(service, wrong):
    answer = service.put("/api/copies/conferences/", {"conferences": []}, format="json", headers={"Epoch": wrong})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["Epoch"])
