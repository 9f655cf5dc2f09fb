#!/bin/sh
# Creates the secrets of deploy/stack.yml that are not there yet: from a variable of that name, or else at random.
set -eu
cd "$(dirname "$0")"
sed -n 's/^    name: conference-go\.//p' stack.yml | while read -r name; do
  docker secret inspect "conference-go.$name" >/dev/null 2>&1 && continue
  value=$(printenv "$name" || head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
  printf %s "$value" | docker secret create "conference-go.$name" - >/dev/null
  echo "created conference-go.$name"
done
