"""Each presenter gets one letter about one decision."""

import json
from contextlib import closing
from datetime import timedelta
from functools import partial

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from prometheus_client import REGISTRY
from psycopg2 import sql

from contracts.messages import PresentationApproved, PresentationRejected
from messaging.errors import NotYet, Outage, Permanent
from messaging.outbox.models import OutboxMessage
from presentation_mailer import handlers, smtp
from presentation_mailer.models import Letter, State

pytestmark = pytest.mark.django_db(transaction=True)

FACTS = {"presenter_name": "Ada & Co", "presenter_email": "ada@example.com", "title": "Notes <1843>"}
APPROVED = PresentationApproved(presentation_id=1, **FACTS)


def send(handler, message) -> None:
    """Handle it alone; raises what would have become of it."""
    (outcome,) = handler([message])
    if outcome:
        raise outcome


send_congratulations = partial(send, handlers.send_congratulations)
send_regrets = partial(send, handlers.send_regrets)


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


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
    smtp._backend.used_at -= 1.1 * smtp.AT_REST
    send_regrets(PresentationRejected(presentation_id=2, **FACTS))

    assert len(mail_server.taken) == 2


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ("550 no such mailbox", Permanent),
        ("450 mailbox busy", smtp.RefusedForNow),
        ("421 closing down", Outage),
        ("452 4.3.1 insufficient system storage", Outage),
        ("451 4.7.1 greylisted", smtp.RefusedForNow),
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


def test_a_mail_server_that_takes_nobody_s_letter_counts_against_no_letter(mail_server):
    mail_server.to_recipient = "450 try again later"
    facts = [{**FACTS, "presenter_email": f"ada{number}@example.com"} for number in range(5)]
    messages = [PresentationApproved(presentation_id=number, **each) for number, each in enumerate(facts, 1)]

    def meaning(message) -> type[Exception]:
        with pytest.raises((smtp.RefusedForNow, NotYet)) as raised:
            send_congratulations(message)
        return raised.type

    assert [meaning(message) for message in messages] == [smtp.RefusedForNow] * smtp.SEVERAL + [NotYet] * 2
    assert meaning(messages[0]) is NotYet
    mail_server.to_recipient = "250 OK"
    send_congratulations(messages[1])
    mail_server.to_recipient = "450 mailbox busy"
    assert meaning(messages[0]) is smtp.RefusedForNow


def test_a_mail_server_that_is_away_is_an_outage(settings, mail_server):
    settings.EMAIL_PORT = 1

    with pytest.raises(Outage, match="Connection refused"):
        send_congratulations(APPROVED)

    assert receipt() == (State.WAITING, 0)


@pytest.mark.parametrize("taken", [False, True])
def test_a_letter_that_nobody_answered_for_is_sent_again_under_the_same_id_and_counted(mail_server, taken):
    mail_server.to_letter, mail_server.after_taking = [None], taken
    before = counted("letters_ambiguous_total", policy="resend")

    with pytest.raises(smtp.Unanswered):
        send_congratulations(APPROVED)
    send_congratulations(APPROVED)

    assert [letter["Message-ID"] for letter in mail_server.taken] == [f"<{APPROVED.message_id}@conference.go>"] * (
        1 + taken
    )
    assert receipt() == (State.SENT, 1)
    assert counted("letters_ambiguous_total", policy="resend") - before == 1


def test_each_letter_is_confirmed_back_to_whoever_decided(mail_server):
    send_congratulations(APPROVED)

    (row,) = OutboxMessage.objects.all()
    assert (row.type, row.routing_key) == ("presentation.notified", "presentation_notified")
    assert json.loads(bytes(row.body))["presentation_id"] == 1


def test_a_decision_published_again_is_confirmed_again_and_not_written_again(mail_server):
    before = counted("messaging_duplicates_total", type="presentation.approved")
    send_congratulations(APPROVED)
    send_congratulations(APPROVED)

    assert (OutboxMessage.objects.count(), len(mail_server.taken)) == (2, 1)
    assert counted("messaging_duplicates_total", type="presentation.approved") - before == 1


def test_a_course_programs_message_names_nothing_to_confirm(mail_server):
    send_congratulations(PresentationApproved(**FACTS))

    assert (OutboxMessage.objects.count(), len(mail_server.taken)) == (0, 1)


def test_a_database_that_goes_away_after_the_letter_went_out_costs_no_second_letter(mail_server):
    mail_server.on_taken = lambda: let_in(False)

    with pytest.raises(Outage, match="database"):
        send_congratulations(APPROVED)
    let_in(True)
    mail_server.on_taken = lambda: None
    send_congratulations(APPROVED)

    assert len(mail_server.taken) == 1
    assert receipt() == (State.SENT, 0)


def let_in(everyone: bool) -> None:
    """Open the database to all, or end all its sessions and let in nobody."""
    facts = connection.get_connection_params()
    with closing(psycopg2.connect(**{**facts, "dbname": "postgres"})) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            name = sql.Identifier(facts["dbname"])
            cursor.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(name, sql.Literal(everyone)))
            if not everyone:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name.string]
                )


def test_receipts_of_letters_are_forgotten_once_no_message_of_theirs_can_come_again(mail_server):
    old, young = APPROVED, PresentationApproved(presentation_id=2, **FACTS)
    for message, days in ((old, 401), (young, 399)):
        send_congratulations(message)
        Letter.objects.filter(pk=message.message_id).update(sent_at=timezone.now() - timedelta(days))

    call_command("letters", "forget")

    assert Letter.objects.get().message_id == young.message_id
