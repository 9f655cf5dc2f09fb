"""`python -m tests.safeguards [NAME…]`: switches each safeguard off in turn, and shows the test that goes red.

A safeguard that no test misses is a defect, and so is a test that is red with all of them on.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.safeguards.switches import SWITCHES

ROOT = Path(__file__).parents[2]
WATCHED_BY = {
    "inbox": "messaging/tests/test_inbox.py::test_a_message_that_comes_again_has_no_second_effect",
    "mandatory": "messaging/tests/test_publishing.py"
    "::test_a_message_for_which_no_queue_is_bound_is_returned_and_the_others_are_not",
    "confirm_wait": "messaging/tests/test_relay.py::test_what_a_broker_never_confirmed_is_never_marked",
    "one_per_subject": "messaging/tests/test_relay.py::test_of_one_subject_one_message_is_on_its_way_at_a_time",
    "leader_lock": "messaging/tests/test_relay.py::test_of_two_relays_one_stands_by",
    "revision_guard": "attendees_microservice/tests/test_copies.py::test_a_copy_never_goes_backwards",
    "tombstone": "attendees_microservice/tests/test_copies.py::test_a_deleted_conference_is_never_revived",
    "ambiguous_receipt": "presentation_workflow/tests/test_held_letters.py"
    "::test_what_is_held_stays_held_however_often_it_comes",
    "in_hand": "presentation_workflow/tests/test_in_hand.py"
    "::test_a_letter_that_another_worker_has_in_hand_is_waited_for",
    "reconciler": "monolith/tests/test_confirmations.py::test_an_unconfirmed_decision_is_published_again_under_its_id",
    "resync": "attendees_microservice/tests/test_resync.py"
    "::test_everything_is_compared_at_first_and_then_only_what_changed",
    "outbox": "messaging/tests/test_outbox.py::test_what_is_rolled_back_was_never_published",
    "late_acknowledgement": "messaging/tests/test_consuming.py"
    "::test_a_message_in_hand_when_its_worker_is_cut_off_comes_again",
    "alone": "messaging/tests/test_taken_alone.py::test_what_came_back_often_and_arrives_among_others_is_taken_alone",
}


def main() -> int:
    """0 if each safeguard has its test."""
    missed = []
    chosen = {name: SWITCHES[name] for name in sys.argv[1:] or SWITCHES}
    for name, switch in chosen.items():
        green, red = _passes(WATCHED_BY[name], ""), not _passes(WATCHED_BY[name], name)
        if not (green and red):
            missed.append(name)
        print(f"{'ok    ' if green and red else 'DEFECT'}  {name:21} off: {switch.__doc__}")
        print(
            f"        {'red  ' if red else 'green'} {WATCHED_BY[name]}{'' if green else '  (and red with it on)'}",
            flush=True,
        )
    print(f"\n{len(chosen) - len(missed)} safeguards have a test that misses them, {len(missed)} have none")
    return len(missed)


def _passes(test: str, off: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-p", "safeguards.switches", test]
    env = {**os.environ, "SAFEGUARD_OFF": off, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):  # neither green nor red: it did not run
        sys.exit(f"{test}\n{done.stdout}{done.stderr}")
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
