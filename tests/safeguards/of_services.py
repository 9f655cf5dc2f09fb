"""Switches of the services. Each replaces a piece of the code by what a careless program would have there."""

import contextlib

from tests.safeguards.switch import missed_by


@missed_by("attendees_microservice/tests/test_copies.py::test_a_copy_never_goes_backwards")
def revision_guard() -> None:
    """The latest news to arrive is taken for the newest."""
    from attendees import copies

    copies.COPY_ACCOUNTS = copies.COPY_ACCOUNTS.replace("WHERE copy.revision < excluded.revision", "")
    copies.COPY_CONFERENCES = copies.COPY_CONFERENCES.replace("copy.revision < excluded.revision AND", "")


@missed_by("attendees_microservice/tests/test_copies.py::test_a_deleted_conference_is_never_revived")
def tombstone() -> None:
    """News of something deleted makes it again."""
    from attendees import copies

    copies.COPY_CONFERENCES = copies.COPY_CONFERENCES.replace("AND NOT copy.deleted", "")


@missed_by("presentation_workflow/tests/test_held_letters.py::test_what_is_held_stays_held_however_often_it_comes")
def ambiguous_receipt() -> None:
    """A letter is noted once it went out, and not before."""
    from presentation_mailer import receipts

    receipts.BEGIN = receipts.BEGIN.replace("THEN 'sending'", "THEN 'waiting'")
    receipts.WRITE = receipts.WRITE.replace("letter.state = 'sending'", "letter.state = 'waiting'")


@missed_by("presentation_workflow/tests/test_in_hand.py::test_a_letter_that_another_worker_has_in_hand_is_waited_for")
def in_hand() -> None:
    """Another worker's letter is not waited for."""
    from presentation_mailer import letters

    letters.in_hand = lambda message_ids: contextlib.nullcontext(len(message_ids))


@missed_by("monolith/tests/test_confirmations.py::test_an_unconfirmed_decision_is_published_again_under_its_id")
def reconciler() -> None:
    """What the broker has lost is lost."""
    from presentations import reconciler as module

    module.send_again = lambda _subjects, _older_than: 0


@missed_by(
    "attendees_microservice/tests/test_resync.py::test_everything_is_compared_at_first_and_then_only_what_changed"
)
def resync() -> None:
    """The copies are never compared with their source."""
    from attendees import resync as module

    module.Resync._compare = lambda _self, everything: True


@missed_by("monolith/tests/test_changes_feed.py::test_so_is_a_cursor_that_this_server_has_not_reached")
def stale_cursors() -> None:
    """A feed answers a cursor that is ahead of it with an empty page."""
    from conference_go.changes import Cursor

    Cursor.must_be_of = lambda *_: None


@missed_by("monolith/tests/test_overdue.py::test_a_decision_stays_in_the_outbox_until_its_letter_is_confirmed")
def unconfirmed() -> None:
    """A decision goes from the outbox though nobody confirmed its letter."""
    from presentations import reconciler

    reconciler.unconfirmed = reconciler.Presentation.objects.none


@missed_by("presentation_workflow/tests/test_recipients.py")
def recipients() -> None:
    """A letter goes to what Django makes of an address."""
    from presentation_mailer import wording

    wording.recipient = lambda address: address


@missed_by("monolith/tests/test_take_over.py::test_one_notion_of_the_clients_address")
def forwarded_for() -> None:
    """Whoever sends X-Forwarded-For is believed."""
    from web import client
    from web.throttling import log_ins, open_writes

    def believing(request):
        return request.META.get("HTTP_X_FORWARDED_FOR", request.META["REMOTE_ADDR"]).split(",")[0]

    client.address = log_ins.address = open_writes.address = believing


@missed_by("monolith/tests/test_take_over.py::test_what_was_changed_meanwhile_is_not_deleted")
def if_match() -> None:
    """A change is made whatever it was made of."""
    from web import if_match as module

    class Everything:
        def __contains__(self, _etag: object) -> bool:
            return True

    module.parse_etags = lambda _header: Everything()


@missed_by("monolith/tests/test_read_only.py::test_a_write_is_a_503_that_says_when_to_come_again")
def away() -> None:
    """A database that takes no writes is a failure of ours."""
    from web import errors, middleware

    errors.is_read_only = middleware.is_read_only = lambda _error: False


@missed_by("monolith/tests/test_odd_requests.py::test_a_text_to_look_for_has_a_length")
def long_searches() -> None:
    """A text to look for may have any length."""
    from web import middleware

    middleware.LONGEST_SEARCH = float("inf")
