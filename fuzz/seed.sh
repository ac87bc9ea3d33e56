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

# A small run, and each of its files under its name.
small=fuzz/corpus/small-run
if [ ! -f "$small/manifest.json" ]; then
    cargo run --release --quiet -- run hard-cap --replicates 2 --set time.end=2022Q4 --quiet --out "$small" >/dev/null
fi
mkdir -p fuzz/corpus/run fuzz/corpus/plan fuzz/corpus/part
for name in manifest.json study.json headlines.parquet outcomes.parquet; do
    { printf '%s\n' "$name"; cat "$small/$name"; } >"fuzz/corpus/run/shipped-$name"
done

# A plan and a sidecar.
plan=fuzz/corpus/small-plan
if [ ! -f "$plan/plan.json" ]; then
    cargo run --release --quiet -- plan scenarios/experiments/"$(ls scenarios/experiments | head -n 1)" --size 2 --set time.end=2019Q4 \
        --shard-size 2 --quiet --out "$plan" >/dev/null
    cargo run --release --quiet -- run-shard --quiet --manifest "$plan/plan.json" --index 0
fi
cp "$plan/plan.json" fuzz/corpus/plan/shipped.json
cp "$plan/shards/part-000000.json" fuzz/corpus/part/shipped.json
