#!/bin/sh
# A database and a role for each service; no role may use another's database.
set -eu
for name in monolith attendees workflow; do
  psql -v ON_ERROR_STOP=1 -v name="$name" -v password="$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
# The services know this password too: from here on it opens their own databases only. To be superuser:
# docker compose exec database psql -U postgres
psql -v ON_ERROR_STOP=1 -c 'ALTER ROLE postgres PASSWORD NULL'
