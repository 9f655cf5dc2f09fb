from django.db import migrations

# Receipts named the Python path of their handler: whoever renamed it would have had all effects happen again.
RENAME = """
    UPDATE inbox_receipt AS receipt SET handler = %(new)s WHERE handler = %(old)s AND NOT EXISTS (
        SELECT FROM inbox_receipt AS other WHERE other.message_id = receipt.message_id AND other.handler = %(new)s)
"""
HANDLERS = ("note_letter",)


def rename(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for name in HANDLERS:
            cursor.execute(RENAME, {"old": f"presentations.handlers.{name}", "new": name})


class Migration(migrations.Migration):
    dependencies = [
        ("presentations", "0004_course_mode"),
        ("inbox", "0001_initial"),
    ]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
