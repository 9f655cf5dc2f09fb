"""With EMAIL_AMBIGUOUS=hold nobody is written to twice: what is in doubt waits for somebody who finds out."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from contracts.messages import PresentationApproved
from messaging.errors import Permanent
from messaging.outbox.models import OutboxMessage
from presentation_mailer import handlers, smtp
from presentation_mailer.models import Letter, State

pytestmark = pytest.mark.django_db(transaction=True)

APPROVED = PresentationApproved(
    presentation_id=1, presenter_name="Ada", presenter_email="ada@example.com", title="Notes"
)


def send_congratulations(message) -> None:
    (outcome,) = handlers.send_congratulations([message])
    if outcome:
        raise outcome


def receipt() -> tuple[str, int]:
    letter = Letter.objects.get()
    return letter.state, letter.ambiguous


@pytest.fixture(params=[False, True], ids=["missing", "arrived"])
def held(mail_server, settings, request) -> bool:
    """A letter that nobody answered for; whether it was taken."""
    settings.EMAIL_AMBIGUOUS = "hold"
    mail_server.to_letter, mail_server.after_taking = [None], request.param
    with pytest.raises(smtp.Unanswered):
        send_congratulations(APPROVED)
    with pytest.raises(Permanent, match="may or may not have gone out"):
        send_congratulations(APPROVED)
    return request.param


def test_what_is_held_stays_held_however_often_it_comes(held, mail_server):
    with pytest.raises(Permanent, match="may or may not have gone out"):
        send_congratulations(APPROVED)

    assert (receipt(), len(mail_server.taken)) == ((State.HELD, 1), held)


def test_once_an_operator_has_found_out_a_replay_sends_what_did_not_arrive_and_confirms_what_did(
    held, mail_server, capsys
):
    call_command("letters", "held")
    assert f"{APPROVED.message_id}" in capsys.readouterr().out

    call_command("letters", "arrived" if held else "missing", str(APPROVED.message_id))
    send_congratulations(APPROVED)

    assert (receipt(), len(mail_server.taken)) == ((State.SENT, 1), 1)
    assert OutboxMessage.objects.get().type == "presentation.notified"


def test_only_what_is_held_can_be_settled(mail_server):
    send_congratulations(APPROVED)

    with pytest.raises(CommandError, match="is not held but sent"):
        call_command("letters", "missing", str(APPROVED.message_id))
