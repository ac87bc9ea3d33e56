#!/usr/bin/env bash
# Counts the instructions of the reference market under callgrind and compares them with
# instructions.txt: more than 2 % off fails. Counts do not depend on the machine's load; callgrind knows no AVX-512, so
# this is the AVX2 code. `instructions.sh --update` writes the new counts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v valgrind >/dev/null || { apt-get update -qq && apt-get install -y -qq valgrind; }
cargo build --release --locked --quiet -p chokepoint-benches
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null |
        sed -n 's/.*refs: *//p' | tr -d ,
}
new=$(mktemp)
trap 'rm -f "$new"' EXIT
printf 'ref1 %s\n' "$(count target/release/ref1 1 1)" >"$new"
if [ "${1:-}" = --update ]; then
    cp "$new" benches/instructions.txt
    exit
fi
paste -d' ' benches/instructions.txt "$new" | awk '
    { change = 100 * ($4 / $2 - 1); printf "%s: %d instructions, %+.2f %%\n", $1, $4, change
      if (change > 2 || change < -2) bad = 1 }
    END { exit bad }' || {
    echo "more than 2 % off: if that is meant, benches/instructions.sh --update"
    exit 1
}
