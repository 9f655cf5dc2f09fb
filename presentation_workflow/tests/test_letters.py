"""Each presenter gets one letter about one decision."""

import pytest

from messaging.errors import Outage, Permanent
from messaging.messages import PresentationApproved, PresentationRejected
from presentation_mailer import smtp
from presentation_mailer.handlers import send_congratulations, send_regrets
from presentation_mailer.models import Letter, State

pytestmark = pytest.mark.django_db(transaction=True)

FACTS = {"presenter_name": "Ada & Co", "presenter_email": "ada@example.com", "title": "Notes <1843>"}
APPROVED = PresentationApproved(presentation_id=1, **FACTS)


def receipt() -> tuple[str, int]:
    letter = Letter.objects.get()
    return letter.state, letter.ambiguous


def test_an_approval_is_congratulated(mail_server):
    send_congratulations(APPROVED)

    (letter,) = mail_server.taken
    assert (letter["From"], letter["To"], letter["Subject"], letter["Message-ID"]) == (
        "admin@conference.go",
        "ada@example.com",
        "Your presentation has been accepted",
        f"<{APPROVED.message_id}@conference.go>",
    )
    assert "Dear Ada & Co" in letter.get_payload()
    assert "your presentation Notes <1843> has been accepted" in letter.get_payload()


def test_a_rejection_is_regretted(mail_server):
    send_regrets(PresentationRejected(presentation_id=1, **FACTS))

    (letter,) = mail_server.taken
    assert letter["Subject"] == "Your presentation has been rejected"
    assert "has been rejected" in letter.get_payload()


def test_a_message_that_comes_again_writes_no_second_letter(mail_server):
    send_congratulations(APPROVED)
    send_congratulations(APPROVED)

    assert len(mail_server.taken) == 1


def test_letters_share_one_connection(mail_server):
    for _ in range(5):
        send_congratulations(PresentationApproved(presentation_id=1, **FACTS))

    assert (len(mail_server.taken), mail_server.sessions) == (5, 1)


def test_a_connection_that_the_server_ended_in_between_is_opened_again(mail_server):
    send_congratulations(APPROVED)
    smtp._backend.connection.sock.close()
    send_regrets(PresentationRejected(presentation_id=2, **FACTS))

    assert len(mail_server.taken) == 2


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ("550 no such mailbox", Permanent),
        ("450 mailbox busy", smtp.RefusedForNow),
        ("421 closing down", Outage),
    ],
)
def test_what_a_refused_recipient_means(mail_server, answer, meaning):
    mail_server.to_recipient = answer

    with pytest.raises(meaning, match=answer):
        send_congratulations(APPROVED)

    assert receipt() == (State.WAITING, 0)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [("554 spam", Permanent), ("452 disk full", smtp.RefusedForNow), ("421 closing down", Outage)],
)
def test_what_a_refused_letter_means(mail_server, answer, meaning):
    mail_server.to_letter = [answer]

    with pytest.raises(meaning, match=answer):
        send_congratulations(APPROVED)
    send_congratulations(APPROVED)

    assert len(mail_server.taken) == 1
    assert receipt() == (State.SENT, 0)


def test_a_mail_server_that_is_away_is_an_outage(settings, mail_server):
    settings.EMAIL_PORT = 1

    with pytest.raises(Outage, match="Connection refused"):
        send_congratulations(APPROVED)

    assert receipt() == (State.WAITING, 0)


@pytest.mark.parametrize("taken", [False, True])
def test_a_letter_that_nobody_answered_for_is_sent_again_under_the_same_id_and_counted(mail_server, taken):
    mail_server.to_letter, mail_server.after_taking = [None], taken

    with pytest.raises(smtp.Unanswered):
        send_congratulations(APPROVED)
    send_congratulations(APPROVED)

    assert [letter["Message-ID"] for letter in mail_server.taken] == [f"<{APPROVED.message_id}@conference.go>"] * (
        1 + taken
    )
    assert receipt() == (State.SENT, 1)


def test_with_the_policy_hold_it_waits_for_an_operator_whose_replay_sends_it(mail_server, settings):
    settings.EMAIL_AMBIGUOUS = "hold"
    mail_server.to_letter = [None]

    with pytest.raises(smtp.Unanswered):
        send_congratulations(APPROVED)
    with pytest.raises(Permanent, match="may or may not have gone out"):
        send_congratulations(APPROVED)
    assert (receipt(), mail_server.taken) == ((State.HELD, 1), [])

    send_congratulations(APPROVED)
    assert (receipt(), len(mail_server.taken)) == ((State.SENT, 1), 1)
