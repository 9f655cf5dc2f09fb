from contextlib import closing

import psycopg2
import pytest

from native.postgres import Postgres, PostgresEnded


@pytest.fixture(scope="module")
def postgres(open_folder):
    server = Postgres(open_folder / "postgres")
    server.start()
    server.create_databases()
    yield server
    server.stop()


def query(url, statement):
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else None


@pytest.mark.parametrize("name", ["monolith", "attendees", "workflow"])
def test_each_service_has_a_database_of_its_own(postgres, name):
    assert query(postgres.url(name), "SELECT current_user, current_database()") == [(name, name)]


def test_no_service_reaches_the_database_of_another(postgres):
    with pytest.raises(psycopg2.OperationalError, match="permission denied"):
        query(postgres.url("workflow", role="monolith"), "SELECT 1")


def test_what_was_stored_survives_a_restart(postgres):
    query(postgres.url("monolith"), "CREATE TABLE kept AS SELECT 7 AS number")

    postgres.stop()
    postgres.start()
    postgres.create_databases()

    assert query(postgres.url("monolith"), "SELECT number FROM kept") == [(7,)]


def test_stopping_does_not_wait_for_clients_and_leaves_no_process(postgres):
    with closing(psycopg2.connect(postgres.url("monolith"))):
        process = postgres.process
        postgres.stop()

    assert process.poll() == 0
    postgres.start()


def test_a_path_that_is_too_long_for_a_socket_does_no_harm(open_folder):
    server = Postgres(open_folder / ("long" * 25))
    server.start()

    assert query(server.url("postgres"), "SELECT 1") == [(1,)]
    server.stop()


def test_a_server_that_was_killed_starts_again_with_what_was_committed(postgres):
    query(postgres.url("attendees"), "CREATE TABLE committed AS SELECT 8 AS number")

    postgres.process.kill()
    postgres.process.wait()
    postgres.start()

    assert query(postgres.url("attendees"), "SELECT number FROM committed") == [(8,)]


def test_data_that_cannot_be_used_are_refused_with_the_reason(open_folder):
    folder = open_folder / "old"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("9.0\n")

    with pytest.raises(PostgresEnded, match="does not answer"):
        Postgres(folder).start()
