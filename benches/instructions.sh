#!/usr/bin/env bash
# Counts the instructions of the reference market and of a replicate of five regimes under callgrind and compares
# them with instructions.txt: more than 2 % off fails. `instructions.sh --update` writes the new counts;
# `--built` counts what is built already.
#
# Counts do not depend on the machine's load. Callgrind knows no AVX-512, so this is the AVX2 code; the C library is
# kept from string instructions, which some processors prefer and callgrind counts byte by byte.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CHOKEPOINT_SIMD=avx2
export GLIBC_TUNABLES=glibc.cpu.x86_rep_stosb_threshold=1000000000:glibc.cpu.x86_rep_movsb_threshold=1000000000
command -v valgrind >/dev/null || { apt-get update -qq && apt-get install -y -qq valgrind >/dev/null; }
# With the other programs, so that features are the same and nothing is built twice.
[ "${1:-}" = --built ] || cargo build --release --locked --quiet
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null |
        sed -n 's/.*refs: *//p' | tr -d ,
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
new=$work/new
# Counts do not depend on load: all three at once.
count target/release/replicate 1 >"$work/one" &
count target/release/replicate 2 >"$work/two" &
count target/release/ref1 1 1 >"$work/ref1" &
wait
# A replicate is the difference of two runs: both read the same files.
{
    printf 'ref1 %s\n' "$(cat "$work/ref1")"
    printf 'replicate %s\n' "$(($(cat "$work/two") - $(cat "$work/one")))"
} >"$new"
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
