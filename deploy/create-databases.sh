#!/bin/sh
# A database and a role for each service; no role may use another's database.
set -eu
for name in monolith attendees workflow lab; do
  password=$(printenv "$(echo "$name" | tr a-z A-Z)_DATABASE_PASSWORD")
  psql -v ON_ERROR_STOP=1 -v name="$name" -v password="$password" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
# Unless each role was given its own, the services know this password: from here on it opens no other database. To be superuser:
# docker compose exec database psql -U postgres
psql -v ON_ERROR_STOP=1 -c 'ALTER ROLE postgres PASSWORD NULL'
