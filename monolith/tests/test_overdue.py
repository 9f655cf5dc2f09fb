"""A decision whose letter nobody confirmed stays in the outbox, is shown and named, until somebody gives it up."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY

from contracts.messages import PresentationNotified
from messaging.outbox.forgetting import Forgetting
from messaging.outbox.models import OutboxMessage
from messaging.shutdown import Stop
from presentations import actions
from presentations.handlers import note_letter
from presentations.models import Presentation
from presentations.overdue import Overdue
from presentations.reconciler import republish_unconfirmed

pytestmark = pytest.mark.django_db

TIMEOUT = timedelta(minutes=10)


@pytest.fixture
def approved(presentation) -> Presentation:
    actions.approve(presentation.pk)
    return presentation


@pytest.fixture
def watch() -> Overdue:
    return Overdue(TIMEOUT, Stop())


def let_pass(days: int) -> None:
    moment = datetime.now(UTC) - timedelta(days=days)
    OutboxMessage.objects.update(created_at=moment, sent_at=moment)
    Presentation.objects.update(decided=moment)


def is_kept() -> bool:
    Forgetting().forget_sent(100)
    return OutboxMessage.objects.filter(type="presentation.approved").exists()


def confirm(presentation: Presentation) -> None:
    note_letter(PresentationNotified(presentation_id=presentation.pk, notified=datetime.now(UTC)))


def number_overdue() -> float | None:
    return REGISTRY.get_sample_value("letters_overdue")


def test_a_decision_stays_in_the_outbox_until_its_letter_is_confirmed(approved):
    let_pass(days=300)
    assert is_kept()

    confirm(approved)

    assert not is_kept()


def test_a_decision_stays_in_the_outbox_until_somebody_gives_it_up(admin, approved):
    let_pass(days=300)
    assert is_kept()

    chosen = {"action": "give_up", "_selected_action": [approved.pk]}
    page = admin.post("/admin/presentations/presentation/", chosen, follow=True).content.decode()

    assert "The first bug: its letter is given up." in page
    assert not is_kept()
    assert republish_unconfirmed(TIMEOUT) == 0


def test_what_is_not_waited_for_cannot_be_given_up(approved, admin):
    confirm(approved)

    chosen = {"action": "give_up", "_selected_action": [approved.pk]}
    page = admin.post("/admin/presentations/presentation/", chosen, follow=True).content.decode()

    assert "The first bug: its letter is not waited for." in page
    assert Presentation.objects.get().given_up is None


def test_a_decision_that_is_a_year_old_is_not_published_again_by_itself(approved):
    let_pass(days=364)
    assert republish_unconfirmed(TIMEOUT) == 1
    let_pass(days=366)
    assert republish_unconfirmed(TIMEOUT) == 0
    assert is_kept()


def test_one_that_is_unconfirmed_for_long_is_counted_and_named_once_in_the_log(approved, watch, caplog):
    caplog.set_level(logging.WARNING)
    watch.look()
    assert number_overdue() == 0
    let_pass(days=1)

    watch.look()
    watch.look()

    assert number_overdue() == 1
    (line,) = [each.getMessage() for each in caplog.records]
    assert line.startswith("1 decisions are unconfirmed for more than 1:00:00")
    assert f"presentation/{approved.pk}" in line
    confirm(approved)
    watch.look()
    assert number_overdue() == 0


@pytest.mark.parametrize(("letter", "number"), [("overdue", 1), ("given_up", 0)])
def test_the_admin_lists_them(approved, admin, letter, number):
    let_pass(days=1)

    page = admin.get("/admin/presentations/presentation/", {"letter": letter}).content.decode()

    assert page.count('class="action-select"') == number
