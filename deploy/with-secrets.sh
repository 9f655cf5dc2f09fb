#!/bin/sh
# Gives a program each secret of a swarm as a variable, and puts them into those variables that name one.
naming=$(env | sed -n 's/^\([A-Z_]*\)=.*\$[A-Z].*/\1/p')
for file in /run/secrets/*; do
  export "${file##*/}=$(cat "$file")"
done
for name in $naming; do
  eval "value=\$$name"
  eval "export $name=\"$value\""
done
exec "$@"
