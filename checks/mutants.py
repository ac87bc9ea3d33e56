#!/usr/bin/env python3
"""Mutation testing: small defects are put into the law, the market, the books and the estimators, one at a time; the
tests should fail for each.

    cargo install cargo-mutants --version 27.1.0 --locked
    checks/mutants.py --work DIRECTORY [--size 300] [--again missed]

The sample is seeded: all defects that cargo-mutants knows are put in the order of a hash of the seed and their place,
and the first `size` are tried, half of them in `sim-core` and half in `sim-stats`. Outcomes are added to
`checks/mutants.csv`; a defect that stands there is not tried again (`--again missed` tries the missed ones again). The
work goes on in a copy of the last commit, so the checkout may be edited meanwhile.

Only the standard library is needed.
"""

import argparse
import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "checks/mutants.csv"
SEED = "chokepoint-2026"
CHUNK = 10
# Package, files, and the tests one of which must fail: the second are only built for what the first miss. The fast ones
# only: a defect that only slow tests find counts as missed.
PARTS = [
    (
        "sim-core",
        ["sim-core/src/policy/**", "sim-core/src/market/**", "sim-core/src/ledger.rs"],
        [["--test", "it"], ["--lib"]],
    ),
    (
        "sim-stats",
        ["sim-stats/src/*.rs", "sim-stats/src/prim/*.rs"],
        [["--lib"]],
    ),
]
# Cheap to build; the numbers of random cases are drawn with a fixed seed.
ENVIRONMENT = {
    "CARGO_PROFILE_TEST_OPT_LEVEL": "1",
    "CARGO_PROFILE_TEST_DEBUG": "false",
    "CARGO_PROFILE_DEV_DEBUG": "false",
    "CARGO_INCREMENTAL": "1",
    "PROPTEST_RNG_SEED": "1",
}
OUTCOMES = {
    "CaughtMutant": "caught",
    "MissedMutant": "missed",
    "Timeout": "timeout",
    "Unviable": "unviable",
}


def run(words, cwd, env, **more):
    return subprocess.run(["nice", "-n", "5", *words], cwd=cwd, env=env, check=False, **more)


def key(name):
    """What stays of a defect when lines move: its place is no part of it."""
    return re.sub(r":\d+:\d+:", ":", name)


def listed(package, files, tree, env):
    words = ["cargo", "mutants", "--list", "--json", "-p", package]
    for file in files:
        words += ["-f", file]
    done = run(words, tree, env, capture_output=True)
    names = [mutant["name"] for mutant in json.loads(done.stdout)]
    return sorted(names, key=lambda n: hashlib.sha256(f"{SEED}\n{n}".encode()).digest())


def tried():
    if not TABLE.exists():
        return []
    with TABLE.open(newline="") as file:
        return list(csv.DictReader(file))


def save(rows):
    with TABLE.open("w", newline="") as file:
        table = csv.DictWriter(file, ["package", "outcome", "mutant", "why"], restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(sorted(rows, key=lambda row: (row["package"], row["mutant"])))


def attempt(package, files, tests, names, tree, work, env):
    """Tries some defects against some tests; gives the outcome of each."""
    config = work / f"{package}.toml"
    lines = ",\n".join("  '''^" + re.escape(name).replace("\\ ", " ") + "$'''" for name in names)
    config.write_text(f"examine_re = [\n{lines}\n]\n")
    words = ["cargo", "mutants", "-p", package, "--config", str(config), "--in-place", "--baseline", "skip"]
    words += ["--timeout", "300", "--no-shuffle", "--output", str(work / package)]
    for file in files:
        words += ["-f", file]
    run([*words, "--", *tests], tree, env)
    found = json.loads((work / package / "mutants.out/outcomes.json").read_text())
    for outcome in found["outcomes"]:
        if outcome["scenario"] != "Baseline":
            name = outcome["scenario"]["Mutant"]["name"]
            yield {"package": package, "outcome": OUTCOMES[outcome["summary"]], "mutant": name}


def attempts(package, files, suites, names, tree, work, env):
    """Tries some defects against one suite after the other, as long as they are missed."""
    rows = []
    for tests in suites:
        new = list(attempt(package, files, tests, names, tree, work, env))
        names = [row["mutant"] for row in new if row["outcome"] == "missed"]
        rows = [row for row in rows if row["outcome"] != "missed"] + new
        if not names:
            break
    return rows


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("--work", type=Path, required=True)
    arguments.add_argument("--size", type=int, default=300)
    arguments.add_argument("--again", choices=["missed", "timeout"])
    arguments.add_argument("--part", choices=[part[0] for part in PARTS])
    given = arguments.parse_args()
    work = given.work.resolve()
    tree = work / "tree"
    # Files that are gone from the commit must be gone here, too.
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True)
    subprocess.run(["tar", "x", "-m", "-C", str(tree)], input=archive.stdout, check=True)
    env = {**os.environ, **ENVIRONMENT, "CARGO_TARGET_DIR": str(work / "target")}
    for package, files, suites in PARTS:
        (work / package).mkdir(exist_ok=True)
        if given.part not in (None, package):
            continue
        for tests in suites:
            sound = run(["cargo", "test", "-q", "-p", package, *tests], tree, env)
            if sound.returncode != 0:
                raise SystemExit(f"the tests of {package} fail without any defect")
        sample = listed(package, files, tree, env)[: given.size // len(PARTS)]
        while True:
            rows = tried()
            known = {row["mutant"] for row in rows}
            again = {row["mutant"] for row in rows if row["outcome"] == given.again}
            left = [name for name in sample if (name in again if given.again else name not in known)]
            left = left if given.again else left[:CHUNK]
            if not left:
                break
            new = attempts(package, files, suites, left, tree, work, env)
            if not new:
                raise SystemExit(f"nothing was tried: {left}")
            names = {row["mutant"] for row in new}
            save([row for row in rows if row["mutant"] not in names] + new)
            if given.again:
                break


if __name__ == "__main__":
    main()
