"""What can be done with an account. Each is one transaction; saving an account broadcasts it (see receivers)."""

from django.db import IntegrityError, transaction
from rest_framework.authtoken.models import Token

from accounts.models import Account
from accounts.refusals import AccountTaken, LoggedInTooLate


def sign_up(*, username: str, email: str, password: str, **names: str) -> Account:
    """A new account. Raises AccountTaken."""
    try:
        with transaction.atomic():
            return Account.objects.create_user(username=username, email=email, password=password, **names)
    except IntegrityError:
        raise AccountTaken("This e-mail address or username is taken; choose another.") from None


@transaction.atomic
def change(email: str, *, password: str | None = None, **names: str) -> Account:
    """The account with other names or another password; e-mail and username stay. Raises Account.DoesNotExist."""
    account = _locked(email)
    for name, value in names.items():
        setattr(account, name, value)
    if password is not None:
        account.set_password(password)
    account.save()
    return account


@transaction.atomic
def give_token(seen: Account) -> Token:
    """The token of whoever logged in as `seen`. Raises LoggedInTooLate when the account has another password by now,
    or is closed: what ends tokens waits for this one, or has been waited for."""
    account = Account.objects.select_for_update().get(pk=seen.pk)
    if account.password != seen.password or not account.is_active:
        raise LoggedInTooLate
    return Token.objects.get_or_create(user=account)[0]


@transaction.atomic
def deactivate(email: str) -> None:
    """Deactivate the account. Idempotent. Raises Account.DoesNotExist."""
    account = _locked(email)
    if account.is_active:
        account.is_active = False
        account.save(update_fields=["is_active"])


def _locked(email: str) -> Account:
    return Account.objects.select_for_update().get(email=email)
