"""How many messages a service stored, and how many took effect in it: for whoever adds up whether none was lost.

Both are counted by the messages' own ids, which begin with the time at which they were made, so that both sides speak
of the same ones. Ids that do not, because a message came without one, are left out.
"""

from uuid import UUID

from django.apps import apps

from messaging.database import connection

STORED = """
    SELECT type, count(*) FILTER (WHERE sent_at IS NOT NULL), count(*) FILTER (WHERE sent_at IS NULL)
      FROM outbox_outboxmessage WHERE message_id >= %s AND message_id::text LIKE %s GROUP BY type
"""
RECEIVED = "SELECT count(*) FROM inbox_receipt WHERE message_id >= %s AND message_id::text LIKE %s"
BY_TIME = "______________7%"  # an id of version 7


def stored(since: UUID) -> dict[str, dict[str, int]]:
    """By type, how many messages since this one RabbitMQ confirmed (`sent`), and how many wait in the outbox
    (`waiting`). Empty in a service that publishes nothing."""
    if not apps.is_installed("messaging.outbox"):
        return {}
    with connection.cursor() as cursor:
        cursor.execute(STORED, [str(since), BY_TIME])
        return {type_: {"sent": sent, "waiting": waiting} for type_, sent, waiting in cursor.fetchall()}


def received(since: UUID) -> int:
    """How many messages since this one have a receipt."""
    with connection.cursor() as cursor:
        cursor.execute(RECEIVED, [str(since), BY_TIME])
        (count,) = cursor.fetchone()
    return int(count)
