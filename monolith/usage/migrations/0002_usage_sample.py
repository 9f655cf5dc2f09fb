from django.db import migrations


class Migration(migrations.Migration):
    """The model has another name; its table stays, so that processes of the version before go on."""

    dependencies = [("bill", "0001_initial")]

    operations = [
        migrations.AlterModelTable("Charge", "bill_charge"),
        migrations.RenameModel("Charge", "UsageSample"),
    ]
