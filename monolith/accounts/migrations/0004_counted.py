from django.db import migrations

from conference_go.counted import count_changes


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_changes_feed")]

    operations = [count_changes("accounts_account", ("email", "first_name", "last_name", "is_active"))]
