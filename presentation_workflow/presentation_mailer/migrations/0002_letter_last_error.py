from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("presentation_mailer", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="last_error",
            field=models.TextField(db_default=""),
        ),
    ]
