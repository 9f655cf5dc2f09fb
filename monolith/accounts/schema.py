"""What the API's schema says of accounts."""

from drf_spectacular.utils import OpenApiParameter, extend_schema_view
from rest_framework import serializers
from rest_framework.authtoken.serializers import AuthTokenSerializer

from accounts.serializers import AccountRow, Names, SignUp
from conference_go.changes import Question
from web.openapi import EPOCH, ETAG, IDEMPOTENCY_KEY, IF_MATCH, REPLAYED, listed, says, shaped

ACCOUNTS, LOG_IN = "Accounts", "Log-in"
ADA = {
    "username": "ada",
    "email": "ada@example.com",
    "password": "difference-engine",
    "first_name": "Ada",
    "last_name": "Lovelace",
}
EMAIL = OpenApiParameter("email", {"type": "string", "format": "email"}, OpenApiParameter.PATH)


class AccountChange(AccountRow):
    """An account as it is now. Nobody is deleted; who left is inactive."""

    deleted = serializers.BooleanField()

    class Meta(AccountRow.Meta):
        fields = (*AccountRow.Meta.fields, "deleted")


account_list = extend_schema_view(
    get=says("list_accounts", ACCOUNTS, listed("accounts", AccountRow)),
    post=says(
        "sign_up",
        ACCOUNTS,
        AccountRow,
        status=201,
        body=SignUp,
        example=ADA,
        refuses=(409, 422),
        more=(IDEMPOTENCY_KEY, REPLAYED),
    ),
)
account_changes = extend_schema_view(
    get=says(
        "list_changes_of_accounts",
        ACCOUNTS,
        shaped(
            "AccountChanges",
            changes=AccountChange(many=True),
            cursor=serializers.CharField(),
            more=serializers.BooleanField(),
        ),
        refuses=(410,),
        more=(Question, EPOCH),
    )
)
account_page = extend_schema_view(
    get=says("show_account", ACCOUNTS, AccountRow, more=(EMAIL, ETAG)),
    put=says(
        "change_account",
        ACCOUNTS,
        AccountRow,
        body=Names(partial=True),
        example={"first_name": "Augusta"},
        refuses=(412,),
        more=(EMAIL, IF_MATCH, ETAG),
    ),
    delete=says("close_account", ACCOUNTS, None, status=204, more=(EMAIL,)),
)
organiser = extend_schema_view(
    get=says(
        "show_organiser",
        LOG_IN,
        shaped("Organiser", username=serializers.CharField(), superuser=serializers.BooleanField()),
    )
)
token = extend_schema_view(
    post=says(
        "log_in",
        LOG_IN,
        shaped("Token", token=serializers.CharField()),
        body=AuthTokenSerializer,
        example={"username": "ada", "password": "difference-engine"},
    ),
    delete=says("revoke_token", LOG_IN, None, status=204, log_in=[{"tokenAuth": []}]),
)
