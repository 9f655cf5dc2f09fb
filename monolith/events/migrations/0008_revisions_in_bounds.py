from django.db import migrations, models

from conference_go.counted import count_changes, number_tombstones


class Migration(migrations.Migration):
    dependencies = [("events", "0007_blank_texts")]

    operations = [
        migrations.AddConstraint(
            model_name="conference",
            constraint=models.CheckConstraint(
                condition=models.Q(revision__lte=2**53 - 1), name="conference_revision_in_bounds"
            ),
        ),
        count_changes("events_conference", ("name", "starts", "ends", "max_attendees")),
        number_tombstones("events_deletedconference"),
    ]
