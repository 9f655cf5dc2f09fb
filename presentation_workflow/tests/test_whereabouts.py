"""What the workflow says of a message: by HTTP, to our own services only."""

import json
import socket
from smtplib import SMTPDataError
from uuid import NAMESPACE_OID, uuid4, uuid5

import pytest
import requests
from django.db import Error
from django.utils import timezone
from uuid_utils.compat import uuid7

from contracts.messages import PresentationApproved, PresentationNotified
from messaging.outbox import publish
from messaging.outbox.models import OutboxMessage
from messaging.whereabouts import Question
from messaging.whereabouts.server import Application, serve
from native.rabbitmq import free_port
from presentation_mailer.in_hand import in_hand
from presentation_mailer.models import Letter, State
from presentation_mailer.smtp import judge
from presentation_mailer.whereabouts import facts

pytestmark = pytest.mark.django_db


def ask(query: str, token: str = "secret", path: str = "/whereabouts/", told=facts):
    seen = []
    env = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_AUTHORIZATION": f"Service {token}"}
    (body,) = Application("secret", told)(env, lambda status, _headers: seen.append(status))
    return seen[0], json.loads(body)


def of(message_ids, subjects=(), since=None):
    return facts(Question(list(message_ids), list(subjects), since))


@pytest.fixture
def letter():
    return Letter.objects.create(
        message_id=uuid4(), recipient="ada@example.com", subject="Yes", last_error="Outage: 451 later"
    )


def test_a_letter_that_was_refused_has_the_reason(letter):
    told = of([letter.pk])

    known = told["letters"][str(letter.pk)]
    assert (known["state"], known["last_error"], known["in_hand_for"]) == (State.WAITING, "Outage: 451 later", None)


@pytest.mark.parametrize(
    ("state", "error", "said"),
    [
        (State.WAITING, OSError("refused"), "mail server: refused"),
        (State.WAITING, SMTPDataError(421, b"closing"), "mail server: 421 closing"),
        (State.WAITING, SMTPDataError(452, b"later"), ""),
        (State.SENT, OSError("refused"), ""),
    ],
)
def test_a_letter_waits_behind_one_that_the_mail_server_would_not_take(state, error, said):
    before, waiting = uuid7(), uuid7()
    Letter.objects.create(message_id=before, recipient="ada@example.com", state=state, last_error=str(judge(error)))

    assert of([waiting])["letters"][str(waiting)]["behind"] == said
    Letter.objects.create(message_id=waiting, recipient="ada@example.com")  # of the same batch
    assert of([waiting])["letters"][str(waiting)]["behind"] == said


@pytest.mark.django_db(transaction=True)
def test_a_letter_in_hand_is_so_for_seconds(letter):
    with in_hand([letter.pk]):
        assert of([letter.pk])["letters"][str(letter.pk)]["in_hand_for"] >= 0

    assert of([letter.pk])["letters"][str(letter.pk)]["in_hand_for"] is None


def test_its_outbox_is_told_by_subject():
    publish(PresentationNotified(presentation_id=7, notified=timezone.now()))

    told = of([], ["presentation/7"])

    assert [(row["type"], row["sent"], row["attempts"]) for row in told["outbox"]] == [
        ("presentation.notified", None, 0)
    ]
    assert (told["relays"], told["pending"]) == (0, 1)


def test_only_our_own_services_are_answered():
    assert ask("subject=presentation/7", token="guess")[0].startswith("401")
    assert ask("", path="/metrics")[0].startswith("404")


def test_a_question_that_cannot_be_read_is_refused():
    assert ask("message=seven")[0].startswith("400")


def test_without_its_database_it_says_so():
    def away(*_):
        raise Error("gone")

    assert ask("", told=away)[0].startswith("503")


def test_a_message_that_nobody_knows_has_no_letter():
    message = PresentationApproved(presenter_name="A", presenter_email="a@b.c", title="T")

    assert of([message.message_id])["letters"][str(message.message_id)]["state"] == "none"


def test_it_counts_what_was_stored_and_what_took_effect_since_a_message():
    old, first, second = (PresentationNotified(presentation_id=n, notified=timezone.now()) for n in (1, 2, 3))
    for message in (old, first, second):
        publish(message)
    OutboxMessage.objects.filter(message_id=first.message_id).update(sent_at=timezone.now())
    letters = [(old.message_id, State.SENT), (second.message_id, State.SENT), (first.message_id, State.WAITING)]
    for message_id, state in (*letters, (uuid5(NAMESPACE_OID, "of the course"), State.SENT)):
        Letter.objects.create(message_id=message_id, recipient="ada@example.com", subject="Yes", state=state)

    told = of([], since=first.message_id)

    assert (told["stored"], told["received"]) == ({"presentation.notified": {"sent": 1, "waiting": 1}}, 1)


@pytest.mark.django_db(transaction=True)
def test_it_is_told_by_http_at_the_port():
    port = free_port()
    serve("127.0.0.1", port, "secret", facts)
    url = f"http://127.0.0.1:{port}/whereabouts/?message={uuid4()}"

    told = requests.get(url, headers={"Authorization": "Service secret"}, timeout=10)

    assert (told.status_code, told.json()["service"]) == (200, "workflow")
    assert requests.get(url, timeout=10).status_code == 401


def test_a_port_that_is_taken_is_left_to_who_has_it(caplog):
    with socket.create_server(("127.0.0.1", 0)) as other:
        serve("127.0.0.1", other.getsockname()[1], "secret", facts)

    assert "whereabouts are not told at port" in caplog.text
