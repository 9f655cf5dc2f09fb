import django.contrib.postgres.indexes
from django.db import migrations, models

# What is dead in outbox_pending stands in the way of each look at the table until it is vacuumed: by default a fifth of
# the table must be dead before it is, and with few of its pages touched its indexes are passed over then.
VACUUM_SOONER = """
    ALTER TABLE outbox_outboxmessage SET (autovacuum_vacuum_scale_factor = 0.02, vacuum_index_cleanup = on)
"""
VACUUM_AS_OTHERS = """
    ALTER TABLE outbox_outboxmessage RESET (autovacuum_vacuum_scale_factor, vacuum_index_cleanup)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0002_resent"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="outboxmessage",
            name="outbox_held",
        ),
        migrations.AddIndex(
            model_name="outboxmessage",
            index=django.contrib.postgres.indexes.HashIndex(
                condition=models.Q(("attempts__gt", 0)), fields=["subject"], name="outbox_held"
            ),
        ),
        migrations.RunSQL(VACUUM_SOONER, VACUUM_AS_OTHERS),
    ]
