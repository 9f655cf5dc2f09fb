"""Copies only ever get newer, and what is gone stays gone."""

from datetime import timedelta

import pytest
from samples import SPRING, a_conference

from attendees.copies import copy_accounts, copy_conferences, delete_conferences, delete_missing, live_ids
from attendees.models import AccountVO, ConferenceVO
from attendees.records import AccountRecord, ConferenceDeletion

pytestmark = pytest.mark.django_db


def an_account(revision, **changes):
    ada = AccountRecord("ada@example.com", "Ada", "Lovelace", True, revision, SPRING + timedelta(seconds=revision))
    return ada._replace(**changes)


def gone(id, revision):
    return ConferenceDeletion(id, revision, SPRING + timedelta(seconds=revision))


def row(model, pk):
    return model.objects.filter(pk=pk).values().get()


def test_a_copy_says_what_the_original_said():
    changed = copy_conferences([a_conference(3)])

    assert changed == [a_conference(3)]
    assert row(ConferenceVO, 3) == {**a_conference(3)._asdict(), "deleted": False}


def test_a_copy_never_goes_backwards():
    copy_conferences([a_conference(3, revision=5)])

    changed = copy_conferences([a_conference(3, revision=4, name="Older")])

    assert changed == []
    assert row(ConferenceVO, 3) == {**a_conference(3, revision=5)._asdict(), "deleted": False}


def test_the_same_news_twice_changes_nothing_the_second_time():
    copy_accounts([an_account(1)])

    assert copy_accounts([an_account(1, first_name="Augusta")]) == 0
    assert row(AccountVO, "ada@example.com") == an_account(1)._asdict()


def test_of_several_facts_about_one_original_the_newest_counts():
    changed = copy_conferences([a_conference(3, 2), a_conference(4, 1), a_conference(3, 9), a_conference(3, 1)])

    assert changed == [a_conference(3, 9), a_conference(4, 1)]


def test_late_news_does_not_revive_a_closed_account():
    copy_accounts([an_account(3, is_active=False)])

    copy_accounts([an_account(2)])

    assert row(AccountVO, "ada@example.com") == an_account(3, is_active=False)._asdict()


def test_a_deleted_conference_is_never_revived():
    copy_conferences([a_conference(3, revision=1)])
    delete_conferences([gone(3, revision=2)])

    assert copy_conferences([a_conference(3, revision=9)]) == []
    assert live_ids() == set()


def test_a_deletion_that_comes_first_keeps_out_what_was_before_it():
    assert delete_conferences([gone(3, revision=2)]) == [gone(3, revision=2)]

    assert copy_conferences([a_conference(3, revision=1)]) == []
    assert live_ids() == set()


def test_what_a_list_no_longer_has_is_removed_once():
    copy_conferences([a_conference(3), a_conference(4)])

    assert delete_missing([3, 999]) == [ConferenceDeletion(3, 2, None)]
    assert delete_missing([3, 999]) == []
    assert live_ids() == {4}


def test_no_facts_are_no_work(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert copy_accounts([]) == 0
        assert copy_conferences([]) == []
        assert delete_conferences([]) == []


def test_many_facts_are_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        changed = copy_conferences(a_conference(id) for id in range(1, 1001))

    assert len(changed) == 1000
