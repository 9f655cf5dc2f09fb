"""HTTP in, HTTP out: accounts."""

from collections.abc import Iterable
from typing import Any

from rest_framework.authtoken.models import Token
from rest_framework.authtoken.views import ObtainAuthToken
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions, changes, filters, schema
from accounts.models import Account, account_href
from accounts.permissions import IsOwnOrOrganiser, IsReallyOrganiser, MaySignUpOrList
from accounts.serializers import AccountRow, Names, SignUp
from conference_go.feeds import answered
from web.details import DetailView
from web.idempotency.keys import once_per_key
from web.if_match import unchanged, with_etag
from web.lists import ListView
from web.serialization import serialize
from web.throttling.open_writes import OpenWrites


@schema.account_list
class AccountList(ListView):
    """GET lists all accounts, closed ones as well; POST signs up."""

    permission_classes = [MaySignUpOrList]
    throttle_classes = [OpenWrites]
    key = "accounts"
    queryset = Account.objects.order_by("id").values(*AccountRow.Meta.fields[1:])
    filterset_class = filters.AccountFilters
    search_fields = ("email", "first_name", "last_name")
    serializer_class = SignUp

    def get(self, _request: Request) -> Response:
        """In the order of their sign-up."""
        return self.listed()

    @once_per_key
    def post(self, request: Request) -> Response:
        """The new account."""
        missing = _missing(request.data)
        if missing:
            errors = {name: ["This field is required."] for name in missing}
            body = {"message": "missing properties", "properties": missing, "code": "required", "errors": errors}
            return Response(body, status=400)
        person = SignUp(data=request.data)
        person.is_valid(raise_exception=True)
        return Response(AccountRow(actions.sign_up(**person.validated_data)).data, status=201)

    def rows(self, found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each as an AccountRow."""
        return [{"href": account_href(row["email"]), **row} for row in found]


@schema.account_changes
class AccountChanges(APIView):
    """GET says which accounts changed `?after=` a cursor; without one, all of them from the start."""

    permission_classes = [MaySignUpOrList]

    def get(self, request: Request) -> Response:
        """At most `?page_size=` changes, the cursor behind them, and whether there are more."""
        return answered(changes.page, request)


@schema.account_page
class AccountDetail(DetailView):
    """GET shows, PUT changes names and password, DELETE deactivates."""

    permission_classes = [IsOwnOrOrganiser]
    queryset = Account.objects.all()
    serializer_class = Names

    def get(self, _request: Request, email: str) -> Response:
        """The account."""
        return with_etag(_serialize(self._account(email)))

    def put(self, request: Request, email: str) -> Response:
        """The account as changed; what the body does not name stays, and so do e-mail and username."""
        self._account(email)
        with unchanged(request, self.found(), _serialize) as account:
            changes = Names(account, data=request.data, partial=True)
            changes.is_valid(raise_exception=True)
            return with_etag(_serialize(actions.change(email, **changes.validated_data)))

    def delete(self, request: Request, email: str) -> Response:
        """Nothing to say."""
        self._account(email)
        with unchanged(request, self.found(), _serialize):
            actions.deactivate(email)
        return Response(status=204)

    def _account(self, email: str) -> Account:
        account = Account.objects.get(email=email)
        self.check_object_permissions(self.request, account)
        return account


@schema.organiser
class Organiser(APIView):
    """GET says who logs in, if it is an organiser. The attendees service asks, for its admin pages."""

    permission_classes = [IsReallyOrganiser]

    def get(self, request: Request) -> Response:
        """The username, and whether everything is allowed."""
        return Response({"username": request.user.get_username(), "superuser": request.user.is_superuser})


@schema.token
class TokenView(ObtainAuthToken):
    """POST username and password: a token for `Authorization: Token …`. DELETE with it: it is good no longer."""

    permission_classes = [AllowAny]
    renderer_classes = APIView.renderer_classes
    parser_classes = APIView.parser_classes

    def post(self, request: Request, *_arguments: Any, **_options: Any) -> Response:
        """A token, unless the password was changed, or the account closed, while it was looked at."""
        log_in = self.get_serializer(data=request.data)
        log_in.is_valid(raise_exception=True)
        return Response({"token": actions.give_token(log_in.validated_data["user"]).key})

    def delete(self, request: Request) -> Response:
        """Revoke the token that the request came with."""
        if not isinstance(request.auth, Token):
            raise NotAuthenticated("Send the token that is to be revoked: `Authorization: Token …`.")
        request.auth.delete()
        return Response(status=204)


def _serialize(account: Account) -> dict[str, Any]:
    return serialize(AccountRow, account)


def _missing(body: Any) -> list[str]:
    given = body if isinstance(body, dict) else {}
    return [name for name in ("username", "email", "password", "first_name", "last_name") if name not in given]
