"""What happened to accounts: the feed of their changes. Nobody is deleted; who left is inactive."""

from typing import Any

from accounts.models import account_href
from conference_go import changes

ROWS = """
    SELECT written_in, id, email, first_name, last_name, is_active, updated, revision, false AS deleted
      FROM accounts_account
     WHERE (written_in, id) > (%(written_in)s, %(id)s)
       AND written_in < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
     ORDER BY written_in, id LIMIT %(limit)s
"""


def page(question: dict[str, Any], epoch: int) -> dict[str, Any]:
    """The next page of the feed, as `changes.page`."""
    feed = changes.page(ROWS, question, epoch)
    for row in feed["changes"]:
        del row["written_in"], row["id"]
    feed["changes"] = [{"href": account_href(row["email"]), **row} for row in feed["changes"]]
    return feed
