"""A letter goes to the address that the message names, or it goes nowhere and says why."""

import pytest

from contracts.messages import PresentationApproved
from messaging.errors import Permanent
from presentation_mailer import handlers
from presentation_mailer.models import Letter, State
from presentation_mailer.recipients import recipient

pytestmark = pytest.mark.django_db(transaction=True)


def approved(address: str) -> PresentationApproved:
    return PresentationApproved(presentation_id=1, presenter_name="Ada", presenter_email=address, title="Notes")


@pytest.mark.parametrize(
    ("address", "reached"),
    [
        ("Ada.Lovelace+notes@example.com", "Ada.Lovelace+notes@example.com"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@faß.example", "ada@xn--fa-hia.example"),
        ('"a@b"@example.com', '"a@b"@example.com'),
    ],
)
def test_a_letter_reaches_the_address_that_the_message_names(mail_server, address, reached):
    assert handlers.send_congratulations([approved(address)]) == [None]

    assert mail_server.recipients == [[reached]]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("ä@example.com", "before the @-sign are not supported"),
        ("İ@example.com", "before the @-sign are not supported"),
        (f"x@{60 * 'ä'}.com", "Label too long"),
        (f"{65 * 'x'}@example.com", "too long before the @-sign"),
        (f"a@{'.'.join(5 * [48 * 'ä'])}", "too long"),
        ("(ada)grace@example.com", "invalid characters"),
        ("ada@xn--a.com", "not valid IDNA"),
    ],
)
def test_a_letter_that_can_be_written_to_nobody_is_a_dead_letter_and_its_neighbour_is_sent(mail_server, address, why):
    odd, good = handlers.send_congratulations([approved(address), approved("grace@example.com")])

    assert isinstance(odd, Permanent)
    assert why in str(odd)
    assert good is None
    assert mail_server.recipients == [["grace@example.com"]]
    assert Letter.objects.get(recipient=address).state == State.WAITING


@pytest.mark.parametrize("address", ["ada@example.com", "ada@a--b.example", f"{64 * 'x'}@example.com", "ada@localhost"])
def test_a_plain_address_stays_as_it_is(address):
    assert recipient(address) == address
