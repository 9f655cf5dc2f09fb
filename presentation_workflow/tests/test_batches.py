"""Letters in batches: each fares as it would alone."""

from contextlib import closing
from itertools import count
from uuid import UUID

import psycopg2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts.messages import PresentationApproved
from messaging.errors import Outage, Permanent
from messaging.outbox.models import OutboxMessage
from presentation_mailer import letters, smtp
from presentation_mailer.handlers import send_congratulations
from presentation_mailer.in_hand import key_of
from presentation_mailer.models import Letter, State
from tests.test_letters import let_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def as_long_as_it_takes(monkeypatch):
    monkeypatch.setattr(letters, "WINDOW", 600)


def some(number: int, name: str = "Ada") -> list[PresentationApproved]:
    return [
        PresentationApproved(presentation_id=n, presenter_name=name, presenter_email=f"a{n}@example.com", title="T")
        for n in range(1, number + 1)
    ]


def send_all(messages: list[PresentationApproved]) -> list[Exception | None]:
    """As the consumer does: what was not begun comes again."""
    outcomes: list[Exception | None] = []
    while len(outcomes) < len(messages):
        outcomes += send_congratulations(messages[len(outcomes) :])
    return outcomes


def states() -> list[str]:
    return [str(letter.state) for letter in Letter.objects.order_by("recipient")]


def taken(mail_server) -> list[UUID]:
    return [UUID(letter["Message-ID"].strip("<>").partition("@")[0]) for letter in mail_server.taken]


@pytest.mark.parametrize("pipelines", [True, False])
def test_commands_come_together_where_the_server_takes_them_so(mail_server, pipelines):
    mail_server.pipelines = pipelines

    assert send_all(some(3)) == [None] * 3

    assert (mail_server.came_together, mail_server.sessions) == ([pipelines] * 3, 1)


@pytest.mark.parametrize("in_doubt", [1, 2, 10])
@pytest.mark.parametrize("pipelines", [True, False])
@pytest.mark.parametrize("was_taken", [True, False])
def test_of_a_batch_that_is_cut_at_the_third_letter_the_third_alone_is_in_doubt(
    mail_server, pipelines, was_taken, in_doubt, settings
):
    settings.EMAIL_IN_DOUBT = in_doubt
    mail_server.pipelines, mail_server.after_taking = pipelines, was_taken
    mail_server.to_letter = ["250 taken", "250 taken", None]
    messages = some(5)

    assert send_congratulations(messages) == [None, None]
    assert states() == [State.SENT, State.SENT, State.SENDING, State.WAITING, State.WAITING]
    assert send_congratulations(messages[2:]) == [None] * 3

    ids = [message.message_id for message in messages]
    assert sorted(taken(mail_server)) == sorted(ids + ids[2:3] * was_taken)
    assert [letter.ambiguous for letter in Letter.objects.order_by("recipient")] == [0, 0, 1, 0, 0]


@pytest.mark.parametrize("in_doubt", [1, 10])
def test_on_request_the_letter_in_doubt_is_held_and_the_others_of_its_batch_are_sent(mail_server, settings, in_doubt):
    settings.EMAIL_AMBIGUOUS, settings.EMAIL_IN_DOUBT = "hold", in_doubt
    mail_server.to_letter, mail_server.after_taking = ["250 taken", None], True

    outcomes = send_all(some(4))

    assert [type(outcome) for outcome in outcomes] == [type(None), Permanent, type(None), type(None)]
    assert (states(), len(mail_server.taken)) == ([State.SENT, State.HELD, State.SENT, State.SENT], 4)


@pytest.mark.parametrize(("in_doubt", "in_doubts"), [(1, [0, 0, 1, 0, 0]), (2, [0, 0, 1, 1, 0]), (10, [1] * 5)])
@pytest.mark.parametrize("policy", ["resend", "hold"])
def test_a_worker_that_ends_in_a_batch_leaves_as_many_in_doubt_as_it_may(
    mail_server, settings, policy, in_doubt, in_doubts
):
    settings.EMAIL_AMBIGUOUS, settings.EMAIL_IN_DOUBT = policy, in_doubt
    messages, calls = some(5), count(1)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(smtp, "deliver", lambda email, real=smtp.deliver: real(email) or _ends(next(calls) == 3))
        send_congratulations(messages)
    letters._untold.clear()

    send_all(messages)

    assert [letter.ambiguous for letter in Letter.objects.order_by("recipient")] == in_doubts
    once = [message.message_id for message in messages]
    if policy == "resend":
        doubled = [id_ for id_, ambiguous in zip(once[:3], in_doubts, strict=False) if ambiguous]
        assert sorted(taken(mail_server)) == sorted(once + doubled)
    else:
        assert len(taken(mail_server)) == len(set(taken(mail_server))) == 5 - sum(in_doubts[3:])
        assert states() == [State.HELD if ambiguous else State.SENT for ambiguous in in_doubts]


def _ends(is_the_one: bool) -> None:
    if is_the_one:
        raise KeyboardInterrupt


@pytest.mark.parametrize("in_doubt", [1, 10])
def test_a_refused_letter_delays_none_of_its_batch(mail_server, settings, in_doubt):
    settings.EMAIL_IN_DOUBT = in_doubt
    mail_server.to_letter = ["250 taken", "554 spam", "452 disk full"]

    outcomes = send_congratulations(some(5))

    assert [type(outcome) for outcome in outcomes] == [
        type(None), Permanent, smtp.RefusedForNow, type(None), type(None),
    ]  # fmt: skip
    assert states() == [State.SENT, State.WAITING, State.WAITING, State.SENT, State.SENT]
    assert "554 spam" in Letter.objects.get(recipient="a2@example.com").last_error


def test_an_outage_at_the_first_letter_is_one_for_all(mail_server, settings):
    settings.EMAIL_PORT = 1

    with pytest.raises(Outage, match="Connection refused"):
        send_congratulations(some(5))

    assert states() == [State.WAITING] * 5


def test_letters_are_taken_in_their_order_and_confirmed_in_one_statement(mail_server):
    messages = some(letters.BATCH)
    with CaptureQueriesContext(connection) as queries:
        send_congratulations(messages)

    assert taken(mail_server) == [message.message_id for message in messages]
    assert OutboxMessage.objects.count() == letters.BATCH
    for once in ("INSERT INTO outbox", "INSERT INTO presentation_mailer_letter", "pg_try_advisory_lock"):
        assert sum(once in query["sql"] for query in queries) == 1
    assert len(queries) <= letters.BATCH + 10


def test_letters_that_may_be_in_doubt_together_are_begun_in_one_statement(mail_server, settings):
    settings.EMAIL_IN_DOUBT = 4
    with CaptureQueriesContext(connection) as queries:
        send_congratulations(some(10))

    assert len(mail_server.taken) == 10
    assert sum("letter.state = told.so_far" in query["sql"] for query in queries) == 3


@pytest.mark.parametrize("in_doubt", [1, 10])
def test_a_database_that_goes_away_in_a_batch_costs_no_second_letter(mail_server, settings, in_doubt):
    settings.EMAIL_IN_DOUBT = in_doubt
    counter, messages = count(1), some(5)
    mail_server.on_taken = lambda: let_in(False) if next(counter) == 3 else None

    with pytest.raises(Outage, match="database"):
        send_congratulations(messages)
    let_in(True)

    assert send_all(messages) == [None] * 5
    assert sorted(taken(mail_server)) == sorted(message.message_id for message in messages)
    assert [letter.ambiguous for letter in Letter.objects.all()] == [0] * 5
    assert OutboxMessage.objects.count() == 5


def test_a_letter_that_another_worker_has_in_hand_ends_the_batch_before_it(mail_server):
    messages = some(4)
    with closing(psycopg2.connect(**connection.get_connection_params())) as other:
        other.cursor().execute("SELECT pg_advisory_lock(%s)", [key_of(messages[2].message_id)])

        assert send_congratulations(messages) == [None, None]


@pytest.mark.parametrize("in_doubt", [1, 10])
def test_on_a_slow_mail_server_a_batch_ends_early_so_that_it_can_be_acknowledged(
    mail_server, monkeypatch, settings, in_doubt
):
    settings.EMAIL_IN_DOUBT = in_doubt
    monkeypatch.setattr(letters, "WINDOW", 0)

    assert send_congratulations(some(4)) == [None]
    assert states() == [State.SENT] + [State.WAITING] * 3


def test_a_message_that_is_in_a_batch_twice_writes_one_letter(mail_server):
    (message,) = some(1)

    assert send_all([message, message]) == [None, None]
    assert len(mail_server.taken) == 1


@pytest.mark.parametrize("pipelines", [True, False])
def test_a_line_with_a_period_alone_ends_no_letter(mail_server, pipelines):
    mail_server.pipelines = pipelines

    send_all(some(1, name="Ada\n.\nMAIL FROM:<x@example.com>"))

    (letter,) = mail_server.taken
    assert letter.get_payload().splitlines()[:3] == ["Dear Ada", ".", "MAIL FROM:<x@example.com>,"]
