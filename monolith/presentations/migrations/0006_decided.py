from django.db import migrations, models

# When earlier decisions were taken nobody noted: they count as taken now.
DECIDED = "UPDATE presentations_presentation SET decided = now() WHERE status <> 'SUBMITTED'"


class Migration(migrations.Migration):
    dependencies = [("presentations", "0005_names_of_handlers")]

    operations = [
        migrations.AddField("presentation", "decided", models.DateTimeField(null=True, editable=False)),
        migrations.AddField("presentation", "given_up", models.DateTimeField(null=True, blank=True, editable=False)),
        migrations.RunSQL(DECIDED, migrations.RunSQL.noop),
    ]
