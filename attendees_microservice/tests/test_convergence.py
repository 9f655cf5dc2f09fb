"""Whatever order news comes in, and however often, the copies end up alike."""

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from samples import SPRING, a_conference

from attendees.copies import copy_accounts, copy_conferences, delete_conferences
from attendees.models import AccountVO, ConferenceVO
from attendees.records import AccountRecord, ConferenceDeletion, ConferenceRecord


def history(id, length, ends_deleted):
    """All states of one conference in order; at the end it may be deleted."""
    states = [a_conference(id, revision, name=f"{id} at {revision}") for revision in range(1, length + 1)]
    return [*states, ConferenceDeletion(id, length + 1, SPRING)] if ends_deleted else states


histories = st.lists(st.tuples(st.integers(1, 5), st.booleans()), min_size=1, max_size=3).map(
    lambda drawn: [history(id, length, deleted) for id, (length, deleted) in enumerate(drawn, start=1)]
)


@st.composite
def deliveries(draw):
    """What was published, and the batches in which a careless network brought it: shuffled, some doubled."""
    published = [record for states in draw(histories) for record in states]
    doubled = draw(st.lists(st.sampled_from(published), max_size=10))
    shuffled = draw(st.permutations(published + doubled))
    cuts = draw(st.lists(st.integers(1, 4), max_size=len(shuffled)))
    batches = []
    for size in [*cuts, len(shuffled)]:
        batches.append(shuffled[:size])
        shuffled = shuffled[size:]
    return published, batches


def live(published):
    """What there should be in the end: the last state of each conference that was not deleted."""
    gone = {record.id for record in published if isinstance(record, ConferenceDeletion)}
    last = {record.id: record for record in published if isinstance(record, ConferenceRecord)}
    return {id: (record.revision, record.name) for id, record in last.items() if id not in gone}


class Convergence(TestCase):
    @given(deliveries())
    def test_conferences_converge(self, delivered):
        published, batches = delivered

        for batch in batches:
            copy_conferences([record for record in batch if isinstance(record, ConferenceRecord)])
            delete_conferences([record for record in batch if isinstance(record, ConferenceDeletion)])

        copies = ConferenceVO.objects.filter(deleted=False)
        assert {copy.id: (copy.revision, copy.name) for copy in copies} == live(published)

    @given(st.data(), st.lists(st.booleans(), min_size=1, max_size=6))
    def test_accounts_converge(self, data, activity):
        states = [
            AccountRecord("ada@example.com", f"Ada {revision}", "", active, revision, SPRING)
            for revision, active in enumerate(activity, start=1)
        ]
        doubled = data.draw(st.lists(st.sampled_from(states), max_size=6))

        for state in data.draw(st.permutations(states + doubled)):
            copy_accounts([state])

        copy = AccountVO.objects.get(email="ada@example.com")
        assert (copy.revision, copy.first_name, copy.is_active) == (len(states), f"Ada {len(states)}", activity[-1])
