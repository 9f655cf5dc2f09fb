#!/bin/bash
# One of two Postgres servers: PARTNER is the other one, and FOLLOW=1 makes it wait for the other at its first start.
# Where the other one can be written to, this one follows it. An old primary that comes back begins anew as its copy.
set -euo pipefail

address="host=$PARTNER user=replication dbname=postgres connect_timeout=3 tcp_user_timeout=10000"
export PGPASSWORD=$REPLICATION_PASSWORD

partner_is_primary() {
  [ "$(psql --no-align --tuples-only --command "SELECT pg_is_in_recovery()" "$address" 2>&1)" = f ]
}

copy_the_partner() {
  echo "copying $PARTNER, and following it from then on"
  find "$PGDATA" -mindepth 1 -delete
  pg_basebackup --dbname "$address" --pgdata "$PGDATA" --checkpoint fast --wal-method stream --write-recovery-conf
}

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  chown postgres: "$PGDATA"
  chmod 700 "$PGDATA"
  exec gosu postgres "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ] && [ "${FOLLOW:-0}" = 1 ]; then
  until partner_is_primary; do sleep 1; done
fi
if [ ! -e "$PGDATA/standby.signal" ] && partner_is_primary; then
  copy_the_partner
fi
unset PGPASSWORD
exec docker-entrypoint.sh "$@"
