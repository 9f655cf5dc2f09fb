"""Whether all that was published is somewhere."""

import time
from dataclasses import replace
from uuid import UUID

from uuid_utils.compat import uuid7

from lab.feed.balance import Balance, add_up, first_id
from lab.why.services import Told

AT_REST = Balance(published=10, handled=7, ready=1, held=1, retry=0, dead=1, discarded=0, waiting=0)


def test_what_is_published_is_handled_or_somewhere_in_the_broker():
    stored = {"presentation.approved": {"sent": 4, "waiting": 2}, "account.changed": {"sent": 5, "waiting": 0}}
    notified = {"presentation.notified": {"sent": 1, "waiting": 0}}
    told = Told({
        "monolith": {"stored": stored, "received": 1},
        "workflow": {"stored": notified, "received": 1},
        "attendees": {"received": 5},
    })  # fmt: skip
    state = {
        "queues": {
            "workflow.presentation_approvals": {"ready": 1, "retry": 0},
            "by.hand": {"ready": 9, "retry": 0},
        },
        "consumers": {"presentation_workflow host:1": 1},
        "dead": {"workflow.dead_letters": 1},
    }

    found = add_up(told, state, discarded=0)

    assert (found, found.missing) == (replace(AT_REST, waiting=2), 0)


def test_what_is_nowhere_is_missing():
    assert replace(AT_REST, dead=0).missing == 1


def test_a_service_that_does_not_answer_is_named():
    state = {"queues": {}, "consumers": {}, "dead": {}}

    assert add_up(Told(problems={"workflow": "it does not answer"}), state, 0).silent == ("workflow",)


def test_messages_are_told_apart_by_when_they_were_made():
    before = first_id(time.time() - 5)
    later = first_id(time.time() + 5)

    assert before < UUID(str(uuid7())) < later
    assert before.version == 7
