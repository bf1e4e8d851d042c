#!/bin/sh
# What stands on a topic, one record a line, by kcat (Debian: apt-get install kcat); jq makes a table of it.
#
#     sh readings-kcat.sh localhost:9092 | jq -r 'select(.indicator == "level") | [.series.provider, .value] | @tsv'
set -eu
broker=${1:-localhost:9092}
topic=${2:-paysignal.readings.v1}

# -e ends at the end; without it kcat waits for more. A withdrawn key has no value, which kcat prints as an empty line.
kcat -C -q -e -o beginning -b "$broker" -t "$topic" -X isolation.level=read_committed -f '%s\n' | sed '/^$/d'
