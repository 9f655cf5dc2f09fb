"""Has the database count the changes of a table, whoever writes them: an action, the admin, `update()`, SQL, a fixture.

An action counts by itself, and the trigger then finds nothing to do. What was written past the code gets the next
revision, the time, and the number of its transaction, whatever it says of them, so that feeds and ETags tell of it.
A revision never goes back.
"""

from collections.abc import Sequence

from django.db import migrations

NEXT = """
    UPDATE {table} SET revision = 1 WHERE revision < 1;
    CREATE OR REPLACE FUNCTION {table}_counts() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            NEW.revision := greatest(NEW.revision, 1);
            NEW.updated := coalesce(NEW.updated, now());
            NEW.written_in := pg_current_xact_id()::text::bigint;
            RETURN NEW;
        END IF;
        NEW.revision := greatest(NEW.revision, OLD.revision, CASE WHEN {changed} THEN OLD.revision + 1 END);
        IF NEW.revision > OLD.revision AND NEW.updated IS NOT DISTINCT FROM OLD.updated THEN
            NEW.updated := now();
        END IF;
        IF (NEW.revision, NEW.written_in) IS DISTINCT FROM (OLD.revision, OLD.written_in) THEN
            NEW.written_in := pg_current_xact_id()::text::bigint;
        END IF;
        RETURN NEW;
    END $$;
    DROP TRIGGER IF EXISTS counts ON {table};
    CREATE TRIGGER counts BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_counts();
"""
TOMBSTONE = """
    CREATE OR REPLACE FUNCTION {table}_counts() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            NEW.revision := greatest(NEW.revision, OLD.revision);
        END IF;
        NEW.written_in := pg_current_xact_id()::text::bigint;
        RETURN NEW;
    END $$;
    DROP TRIGGER IF EXISTS counts ON {table};
    CREATE TRIGGER counts BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_counts();
"""
NO_MORE = "DROP TRIGGER IF EXISTS counts ON {table}; DROP FUNCTION IF EXISTS {table}_counts();"


def count_changes(table: str, told: Sequence[str]) -> migrations.RunSQL:
    """Make each change of one of the columns `told`, which others are told of, the next revision of its row. May be
    done again, after an earlier form of it."""
    new, old = (", ".join(f"{row}.{name}" for name in told) for row in ("NEW", "OLD"))
    create = NEXT.format(table=table, changed=f"({new}) IS DISTINCT FROM ({old})")
    return migrations.RunSQL(create, NO_MORE.format(table=table))


def number_tombstones(table: str) -> migrations.RunSQL:
    """Give each tombstone that is written, or changed, the number of its transaction."""
    return migrations.RunSQL(TOMBSTONE.format(table=table), NO_MORE.format(table=table))
