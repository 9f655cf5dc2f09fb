from django.db import migrations

from conference_go.counted import count_changes

# A DELETE past the code leaves the tombstone that an action would.
TOMBSTONE = """
    CREATE FUNCTION events_conference_is_gone() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO events_deletedconference (id, updated, revision) VALUES (OLD.id, now(), OLD.revision + 1)
        ON CONFLICT DO NOTHING;
        RETURN NULL;
    END $$;
    CREATE TRIGGER is_gone AFTER DELETE ON events_conference
        FOR EACH ROW EXECUTE FUNCTION events_conference_is_gone();
"""
NO_TOMBSTONE = "DROP TRIGGER is_gone ON events_conference; DROP FUNCTION events_conference_is_gone();"


class Migration(migrations.Migration):
    dependencies = [("events", "0004_changes_feed")]

    operations = [
        count_changes("events_conference", ("name", "starts", "ends", "max_attendees")),
        migrations.RunSQL(TOMBSTONE, NO_TOMBSTONE),
    ]
