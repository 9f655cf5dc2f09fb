from django.db import migrations, models


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
            index=models.Index(
                models.F("subject"), models.F("id"), condition=models.Q(("attempts__gt", 0)), name="outbox_held"
            ),
        ),
    ]
