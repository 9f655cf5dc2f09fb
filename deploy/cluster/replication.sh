#!/bin/sh
# At the first start of the first primary: a role for the copy, without which from then on nothing is committed.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$REPLICATION_PASSWORD" <<'SQL'
CREATE ROLE replication LOGIN REPLICATION PASSWORD :'password';
ALTER SYSTEM SET synchronous_standby_names = '*';
ALTER SYSTEM SET wal_keep_size = '256MB';  -- for so long the other one may be away and still catch up
ALTER SYSTEM SET wal_sender_timeout = '10s';  -- one that vanished is noticed
ALTER SYSTEM SET wal_receiver_timeout = '10s';
SQL
echo "host replication replication all scram-sha-256" >> "$PGDATA/pg_hba.conf"
