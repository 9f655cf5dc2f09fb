from django.db import migrations, models

from conference_go.counted import count_changes


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_has_a_revision")]

    operations = [
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(revision__lte=2**53 - 1), name="account_revision_in_bounds"
            ),
        ),
        count_changes("accounts_account", ("email", "first_name", "last_name", "is_active")),
    ]
