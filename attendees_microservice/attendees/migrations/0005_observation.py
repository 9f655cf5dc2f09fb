from django.db import migrations


class Migration(migrations.Migration):
    """The model has another name; its table, and what an older process does with it, stays."""

    dependencies = [
        ("attendees", "0004_epochs"),
    ]

    operations = [
        migrations.AlterModelTable(name="Sighting", table="attendees_sighting"),
        migrations.RenameModel(old_name="Sighting", new_name="Observation"),
    ]
