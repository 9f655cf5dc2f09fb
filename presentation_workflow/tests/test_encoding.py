"""A letter is the same bytes as Django makes of it, whether or not anything in it is to be encoded."""

from email.utils import formatdate

import pytest
from django.core.mail import EmailMessage

from presentation_mailer.encoding import as_bytes

BODIES = {
    "plain": "Dear Ada,\n\nwelcome.\n",
    "nothing": "",
    "no end of line": "Dear Ada",
    "ends of lines of all kinds": "one\r\ntwo\rthree\n\nfour",
    "a period alone": "Dear Ada\n.\nFrom here\n",
    "beyond ASCII": "Dear Zoë,\n\nwelcome.\n",
    "the longest line": "x" * 998 + "\n",
    "a line too long": "x" * 999 + "\n",
    "a form feed": "one\x0ctwo\x1cthree\n",
}


def letter(body: str, to: str = "ada@example.com", worker: str = "host:1") -> EmailMessage:
    headers = {"Date": formatdate(), "Message-ID": "<1@conference.go>", "X-Worker": worker}
    return EmailMessage("You are in", body, "admin@conference.go", [to], headers=headers)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_is_the_same_bytes(body):
    email = letter(body)

    assert as_bytes(email) == email.message().as_bytes(linesep="\r\n")


@pytest.mark.parametrize("email", [letter("x", to=f"{'a' * 60}@{'b' * 60}.com"), letter("x", worker="höst:1")])
def test_headers_are_the_same_bytes(email):
    assert as_bytes(email) == email.message().as_bytes(linesep="\r\n")


def test_no_header_smuggles_in_another():
    with pytest.raises(ValueError, match="newlines"):
        as_bytes(letter("x", worker="host\nBcc: eve@example.com"))


def test_letters_of_different_wordings_have_their_own_subjects():
    one, other = (EmailMessage(subject, "x", "a@example.com", ["b@example.com"]) for subject in ("One", "Other"))

    assert b"Subject: One\r\n" in as_bytes(one)
    assert b"Subject: Other\r\n" in as_bytes(other)


def test_a_letter_has_a_date():
    assert b"\r\nDate: " in as_bytes(EmailMessage("One", "x", "a@example.com", ["b@example.com"]))
