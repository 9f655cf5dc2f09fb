"""Copies against a network that delays, doubles, reorders and loses, a source that moves on, and comparisons that end
in the middle.

Hypothesis makes up the story; handlers, inbox, feeds and snapshot are the real ones on the real database. Only the
monolith's answers come from here.
"""

from types import SimpleNamespace

import pytest
import requests
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from samples import SPRING, a_conference

from attendees.feeds import read_feeds
from attendees.handlers import copy_accounts, copy_conferences, delete_conferences
from attendees.models import AccountVO, ConferenceVO, FeedCursor
from attendees.snapshot import read_snapshot
from contracts.messages import AccountChanged, ConferenceChanged, ConferenceDeleted
from messaging.inbox.models import Receipt

HANDLERS = {AccountChanged: copy_accounts, ConferenceChanged: copy_conferences, ConferenceDeleted: delete_conferences}
PAGE = 2  # changes


class Monolith:
    """The source: what it published, what it has now, and its answers. `interrupt` is called with each question."""

    def __init__(self):
        self.published = []
        self.interrupt = lambda: None

    def account_changes(self, number, *, active):
        email = f"ada{number}@example.com"
        revision = 1 + sum(m.email == email for m in self.published if isinstance(m, AccountChanged))
        names = {"first_name": f"Ada {revision}", "last_name": ""}
        self.published.append(AccountChanged(email=email, is_active=active, updated=SPRING, revision=revision, **names))

    def conference_changes(self, number, *, is_deleted):
        past = [m for m in self.published if not isinstance(m, AccountChanged) and m.id == number]
        if past and isinstance(past[-1], ConferenceDeleted):
            return  # for good
        if is_deleted and past:
            self.published.append(ConferenceDeleted(id=number, updated=SPRING, revision=len(past) + 1))
        elif not is_deleted:
            name = f"{number} at {len(past) + 1}"
            self.published.append(ConferenceChanged.of(a_conference(number, len(past) + 1, name=name)))

    def now(self, noun):
        """The last message about each."""
        return list({message.subject(): message for message in self.published if noun in message.subject()}.values())

    def get(self, url, params, timeout):
        """As requests.Session has it."""
        self.interrupt()
        noun = "account" if "/accounts/" in url else "conference"
        if url.endswith("/changes/"):
            return answer(self.feed(noun, int(params.get("after", 0))))
        return answer({f"{noun}s": [row(m) for m in self.now(noun) if not isinstance(m, ConferenceDeleted)]})

    def feed(self, noun, after):
        """Each of which something changed behind the cursor, as it is now."""
        places = {message.subject(): number for number, message in enumerate(self.published, 1)}
        changed = sorted((places[m.subject()], m) for m in self.now(noun) if places[m.subject()] > after)
        page = changed[:PAGE]
        cursor = str(page[-1][0] if page else after)
        return {"changes": [row(m) for _, m in page], "cursor": cursor, "more": len(changed) > PAGE}


def answer(content):
    return SimpleNamespace(
        status_code=200, json=lambda: content, raise_for_status=lambda: None, url="simulated", headers={}
    )


def row(message):
    return {**message.model_dump(mode="json"), "deleted": isinstance(message, ConferenceDeleted)}


class Copying(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        for model in (AccountVO, ConferenceVO, FeedCursor, Receipt):
            model.objects.all().delete()
        self.monolith = Monolith()
        self.seen = {}  # the latest revision of each copy, and whether it was a tombstone

    @rule(number=st.integers(1, 2), active=st.booleans())
    def an_account_changes(self, number, active):
        self.monolith.account_changes(number, active=active)

    @rule(number=st.integers(1, 2), is_deleted=st.sampled_from([False, False, True]))
    def a_conference_changes(self, number, is_deleted):
        self.monolith.conference_changes(number, is_deleted=is_deleted)

    @precondition(lambda self: self.monolith.published)
    @rule(data=st.data())
    def news_arrives(self, data):
        """Any of it, in any order, some of it twice; what is never drawn is lost."""
        self.deliver(data.draw(st.lists(st.sampled_from(self.monolith.published), min_size=1, max_size=6)))

    @rule()
    def feeds_are_read(self):
        read_feeds(self.monolith)

    @rule(answers=st.integers(0, 3))
    def feeds_are_read_until_the_monolith_is_away(self, answers):
        left = iter(range(answers))

        def go_away():
            if next(left, None) is None:
                raise requests.ConnectionError

        self.monolith.interrupt = go_away
        try:
            read_feeds(self.monolith)
        except requests.ConnectionError:
            pass
        finally:
            self.monolith.interrupt = lambda: None

    @rule(meanwhile=st.lists(st.tuples(st.integers(1, 2), st.booleans()), max_size=4), data=st.data())
    def everything_is_compared(self, meanwhile, data):
        """While things change, and news of it is faster than the comparison."""
        changes = iter(meanwhile)

        def go_on():
            for number, flag in [each for _ in range(2) if (each := next(changes, None))]:
                self.monolith.conference_changes(number, is_deleted=flag)
                self.monolith.account_changes(number, active=flag)
            if self.monolith.published:
                self.deliver(data.draw(st.lists(st.sampled_from(self.monolith.published), max_size=3)))

        self.monolith.interrupt = go_on
        read_snapshot(self.monolith)
        self.monolith.interrupt = lambda: None

    @invariant()
    def copies_never_go_back_and_tombstones_stay(self):
        for key, (revision, deleted) in self.copies().items():
            before, was_deleted = self.seen.get(key, (0, False))
            assert revision >= before
            assert deleted or not was_deleted
        self.seen = self.copies()

    @invariant()
    def a_copy_says_what_its_original_said_at_that_revision(self):
        said = {(m.subject(), m.revision): m for m in self.monolith.published}
        for copy in AccountVO.objects.all():
            original = said[f"account/{copy.email}", copy.revision]
            assert (copy.first_name, copy.is_active) == (original.first_name, original.is_active)
        for copy in ConferenceVO.objects.filter(deleted=False):
            assert copy.name == said[f"conference/{copy.id}", copy.revision].name

    def deliver(self, messages):
        for message in messages:
            HANDLERS[type(message)]([message])

    def copies(self):
        accounts = AccountVO.objects.values_list("email", "revision")
        conferences = ConferenceVO.objects.values_list("id", "revision", "deleted")
        return {**{email: (revision, False) for email, revision in accounts}, **{id: rest for id, *rest in conferences}}

    def teardown(self):
        read_feeds(self.monolith)
        self.copies_never_go_back_and_tombstones_stay()
        self.a_copy_says_what_its_original_said_at_that_revision()
        expected = {m.email: (m.revision, False) for m in self.monolith.now("account")}
        accounts = {key: copy for key, copy in self.copies().items() if isinstance(key, str)}
        assert accounts == expected
        alive = {m.id: m.revision for m in self.monolith.now("conference") if isinstance(m, ConferenceChanged)}
        assert dict(ConferenceVO.objects.filter(deleted=False).values_list("id", "revision")) == alive


@pytest.mark.django_db(transaction=True)
def test_copies_converge_and_never_go_back_whatever_the_network_does():
    run_state_machine_as_test(
        Copying,
        settings=settings(max_examples=20, stateful_step_count=25, deadline=None, derandomize=True, print_blob=True),
    )
