from django.db.models import BigIntegerField, Func


class CurrentTransaction(Func):
    """The number of the transaction that writes the row: larger than that of any that ended before it wrote."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = BigIntegerField()
