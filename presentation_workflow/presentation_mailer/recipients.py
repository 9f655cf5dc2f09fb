"""Whom a letter can be written to."""

import re

from email_validator import EmailNotValidError, validate_email

from messaging.errors import Permanent

# Most addresses: nothing about them needs to be read or changed.
PLAIN = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[A-Za-z0-9]+([.-][A-Za-z0-9]+)*", re.ASCII)
LONGEST, LONGEST_BEFORE_THE_AT = 254, 64  # characters (RFC 5321, 4.5.3.1)


def recipient(address: str) -> str:
    """The address as the mail server is told it: ASCII, a domain beyond it as IDNA has it. Nobody is asked.

    Raises Permanent for one that does not fit there: longer than RFC 5321 has room for, a domain that IDNA cannot
    write, or letters beyond ASCII before the @, which only a server with SMTPUTF8 would take.
    """
    if PLAIN.fullmatch(address) and len(address) <= LONGEST and address.index("@") <= LONGEST_BEFORE_THE_AT:
        return address
    try:
        found = validate_email(
            address,
            allow_smtputf8=False,
            allow_quoted_local=True,  # unlike at our door: other programs may write to one
            allow_domain_literal=True,
            check_deliverability=False,
            globally_deliverable=False,
            test_environment=True,
            strict=True,
        )
    except EmailNotValidError as reason:
        raise Permanent(f"no letter can be written to {address!r}: {reason}") from None
    if found.ascii_email is None or len(found.ascii_email) > LONGEST:
        raise Permanent(f"no letter can be written to {address!r}: it is longer than mail servers take")
    return found.ascii_email
