#!/usr/bin/env bash
# Fills fuzz/corpus/TARGET with copies of the shipped files that a target reads. Fuzzing begins from there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seed() {
    local target=$1
    shift
    mkdir -p "fuzz/corpus/$target"
    for file in "$@"; do
        if [ -f "$file" ]; then cp "$file" "fuzz/corpus/$target/shipped-$(basename "$file")"; fi
    done
}

seed scenario scenarios/*.toml sim-cli/tests/malformed/*.toml
seed observed scenarios/data/observed_*.csv
seed experiment scenarios/experiments/*.toml
