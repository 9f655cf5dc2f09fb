"""Which e-mail addresses a letter can be written to."""

from email_validator import EmailNotValidError, validate_email


def deliverable(address: str) -> str:
    """The address as it goes to a mail server: ASCII, a domain beyond it as IDNA has it. Nobody is asked.

    Raises ValueError, in words for whoever typed it: for more than RFC 5321 has room for, for a domain that IDNA
    cannot write, and for what comes before the @ in quotes or beyond ASCII, which few servers take.
    """
    try:
        found = validate_email(
            address,
            check_deliverability=False,
            allow_smtputf8=False,
            globally_deliverable=False,  # the host of an office network is one as well
            test_environment=True,
            strict=True,
        )
    except EmailNotValidError as reason:
        raise ValueError(f"No letter can be written to this address: {reason}") from None
    if found.ascii_email is None or len(found.ascii_email) > 254:
        raise ValueError("No letter can be written to this address: it is longer than mail servers take.")
    return found.ascii_email
