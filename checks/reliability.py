#!/usr/bin/env python3
"""What docs/reliability.md says is measured here: faults, damage, reproducibility, conservation, fuzzing, mutants, policy.

    checks/reliability.py measure [SECTION ...]   # all sections; an hour on two cores, most of it building
    checks/reliability.py page                    # writes docs/reliability.md from checks/reliability.json
    checks/reliability.py page --check            # fails if the page is not that

Sections: faults damage matrix books fuzz policy. Results go into checks/reliability.json with the commit that they are of;
mutants have a script and a table of their own (checks/mutants.py, checks/mutants.csv). Only the standard library, git and
cargo are needed; `fuzz` needs a nightly compiler and cargo-fuzz, `policy` takes cargo-deny if it is there, `matrix` the
compilers and the emulator of AArch64 (rustup target add aarch64-unknown-linux-gnu; gcc-aarch64-linux-gnu, qemu-user).
"""

import argparse
import collections
import concurrent.futures
import csv
import hashlib
import itertools
import json
import os
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "checks/reliability.json"
PAGE = ROOT / "docs/reliability.md"
TABLES = ["outcomes.parquet", "experiments.parquet", "summary.csv"]
SEED = 2026
EXPERIMENT = """schema = 1
title = "Reliability"

[levers]
regimes = ["hard-cap", "sliding-scale"]
set = ["time.end=2024Q4"]

[uncertainties]
parameters = ["belief-sensitivity", "reactive-capex", "stickiness"]

[outcomes]
headlines = ["us-revenue-world", "us-share", "design-out"]

[design]
size = 21
seed = 7
"""


def sh(words, **more):
    """Runs a command in the checkout; gives its output, and stops if it fails."""
    done = subprocess.run(
        [str(word) for word in words], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more
    )
    if done.returncode != 0:
        raise SystemExit(f"failed: {' '.join(map(str, words))}\n{done.stdout[-4000:]}")
    return done.stdout


def commit():
    return sh(["git", "rev-parse", "--short", "HEAD"]).strip()


def hashes(directory, names=None):
    """SHA-256 of files by name; of all but those that name time, threads or command if none are named."""
    directory = Path(directory)
    names = names or [
        str(path.relative_to(directory))
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.name not in {"manifest.json", "brief.html"}
    ]
    return {name: hashlib.sha256((directory / name).read_bytes()).hexdigest() for name in names}


# Programs


BUILT = False
SECONDS = 300


def program(profile="release"):
    """Builds the program, if it is not to be taken as it is, and gives its path."""
    words = ["cargo", "build", "-q", "-p", "sim-cli"]
    if not BUILT:
        sh([*words, "--release"] if profile == "release" else words)
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / profile / "chokepoint"


def emulated():
    """Builds the program for AArch64 and gives the words that run it here; none where what that takes is not there."""
    triple, compiler, emulator = "aarch64-unknown-linux-gnu", "aarch64-linux-gnu-gcc", "qemu-aarch64"
    if not (shutil.which(compiler) and shutil.which(emulator)):
        return []
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    if not BUILT:
        variable = triple.replace("-", "_")
        env = {**os.environ, f"CARGO_TARGET_{variable.upper()}_LINKER": compiler, f"CC_{variable}": compiler}
        sh(["cargo", "build", "-q", "--release", "-p", "sim-cli", "--target", triple], env=env)
    return [emulator, "-L", "/usr/aarch64-linux-gnu", target / triple / "release/chokepoint"]


def bits(flags):
    """Hashes of what the model alone reports, by scenario and replicate, in a build with these compiler flags."""
    env, target = dict(os.environ), Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    if flags:
        env["RUSTFLAGS"] = flags
        target = target / re.sub(r"\W+", "-", flags).strip("-")
    if not BUILT:
        sh(["cargo", "build", "-q", "--release", "-p", "sim-core", "--example", "bits", "--target-dir", target], env=env)
    lines = [line.rsplit(" ", 1) for line in sh([target / "release/examples/bits"]).splitlines()]
    return {name: value for name, value in lines}


class Sweeps:
    """Sweeps of the small experiment in a temporary directory."""

    def __init__(self, binary, place):
        self.binary, self.place = binary, Path(place)
        self.file = self.place / "small.toml"
        self.file.write_text(EXPERIMENT)

    def plan(self, name, size):
        out = self.place / name
        sh([self.binary, "plan", "--quiet", "--shard-size", size, "--out", out, self.file])
        shards = json.loads((out / "plan.json").read_text())["shards"]
        return out, shards

    def run_shard(self, out, index, threads=1):
        sh([self.binary, "run-shard", "--quiet", "--manifest", out / "plan.json", "--index", index, "--threads", threads])

    def resume(self, out, *more):
        sh([self.binary, "resume", "--quiet", *more, out])

    def whole(self, name, *more):
        out = self.place / name
        sh([self.binary, "sweep", "--quiet", "--out", out, self.file, *more])
        return hashes(out, TABLES)


# Faults


def injected(filters):
    """Counts that the tests print."""
    text = sh(["cargo", "test", "-q", "-p", "sim-lab", "--lib", "--", filters, "--nocapture"])
    counts = collections.Counter()
    for body in re.findall(r"faults injected: \{(.*)\}", text):
        for fault, operation, count in re.findall(r"\((\w+), (\w+)\): (\d+)", body):
            counts[fault] += int(count)
    return counts


def kills(sweeps, wanted):
    """Kills a sweep at random moments until so many kills came before its end; the tables must be those of one that
    nobody killed."""
    reference = sweeps.whole("undisturbed", "--threads", "1")
    moments = random.Random(SEED)
    done = sweeps_killed = 0
    while done < wanted:
        out, _ = sweeps.plan(f"killed-{sweeps_killed}", 2)
        sweeps_killed += 1
        for _ in range(10_000):
            child = subprocess.Popen(
                [sweeps.binary, "resume", "--quiet", "--threads", "1", out],
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                child.wait(timeout=0.01 + moments.random() ** 2 * 2.5)
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
                child.wait()
                done += 1
            if child.returncode == 0:
                break
            if done >= wanted:
                sweeps.resume(out)
                break
        if hashes(out, TABLES) != reference:
            raise SystemExit(f"{out}: a killed sweep has other bytes")
        shutil.rmtree(out)
    return {"kills": done, "sweeps": sweeps_killed}


def faults():
    with tempfile.TemporaryDirectory() as place:
        killed = kills(Sweeps(program(), place), 100)
    return {
        "sweep": injected("sweep::faults::whatever_fails"),
        "comparison": injected("store::faults::whatever_fails"),
        "killed": killed,
        "limits": tests("sim-cli", "it", "disk::"),
    }


def tests(package, target, *filters):
    """Runs tests and gives the number that passed."""
    text = sh(["cargo", "test", "-q", "-p", package, "--test", target, "--", *filters])
    passed = sum(int(n) for n in re.findall(r"(\d+) passed", text))
    if passed == 0:
        raise SystemExit(f"no test of {package} is called {filters}")
    return passed


# Damage


def damage():
    text = sh(["cargo", "test", "-q", "-p", "sim-cli", "--test", "it", "--", "damage::", "--nocapture"])
    return {what: int(count) for count, what in re.findall(r"(\d+) (damaged [\w ]+)", text)}


# Reproducibility


def matrix():
    rows = []

    def same(what, values, one, other):
        differ = sorted(name for name in one if one[name] != other.get(name))
        rows.append({"what": what, "values": values, "files": len(one), "differ": differ})

    release = program()
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)

        def compare(runner, name, *more, env=None):
            out = place / name
            words = [*runner, "compare", "since-2019", "--quiet", "--replicates", "5", "--set", "time.end=2024Q4", *more, "--out", out]
            sh(words, env={**os.environ, **(env or {})})
            return hashes(out)

        reference = compare([release], "reference", "--threads", "1")
        for threads in ["2", "8"]:
            same("threads, comparison", f"1 and {threads}", reference, compare([release], f"t{threads}", "--threads", threads))
        for simd in ["plain", "avx2", "avx512"]:
            found = compare([release], simd, env={"CHOKEPOINT_SIMD": simd})
            same("vector instructions", f"the widest here and {simd}", reference, found)
        same("again", "the same command twice", reference, compare([release], "again"))
        same("build", "release and debug", reference, compare([program("debug")], "debug"))
        if foreign := emulated():
            same("architecture", "x86-64 and AArch64 (emulated)", reference, compare(foreign, "foreign"))
        widest = bits("")
        for cpu in ["native"]:
            found = bits(f"-C target-cpu={cpu}")
            same("target-cpu, the model alone", f"x86-64 and {cpu}", widest, found)
        sweeps = Sweeps(release, place)
        whole = sweeps.whole("whole", "--threads", "1")
        for threads in ["2", "8"]:
            same("threads, sweep", f"1 and {threads}", whole, sweeps.whole(f"w{threads}", "--threads", threads))
        for size, wanted in [(21, 1), (7, 3), (3, 7)]:
            out, shards = sweeps.plan(f"shards-{size}", size)
            assert shards == wanted, shards
            for index in range(shards):
                sweeps.run_shard(out, index)
            sh([release, "merge", "--quiet", out])
            same("shards", f"one session and {shards} shards", whole, hashes(out, TABLES))
        for i, order in enumerate(itertools.islice(itertools.permutations(range(3)), 1, 6)):
            out, _ = sweeps.plan(f"order-{i}", 7)
            for index in order:
                sweeps.run_shard(out, index, threads=1 + i % 2)
            sh([release, "merge", "--quiet", out])
            same("order of shards", ", ".join(map(str, order)), whole, hashes(out, TABLES))
        for done in range(8):
            out, shards = sweeps.plan(f"resumed-{done}", 3)
            for index in range(min(done, shards)):
                sweeps.run_shard(out, index)
            sweeps.resume(out)
            same("resumed", f"after {done} of 7 shards", whole, hashes(out, TABLES))
    return rows


# Conservation


def books():
    sources = [path for path in (ROOT / "sim-core/src").rglob("*.rs")]
    only_debug = sum(path.read_text().count("debug_assert") for path in sources if path.name == "ledger.rs")
    return {
        "debug_only_checks": only_debug,
        "tampering": tests("sim-core", "it", "tampering::"),
        "accepted": accepted(),
    }


def accepted(cases=10_000):
    env = {**os.environ, "CHOKEPOINT_CASES": str(cases)}
    sh(["cargo", "test", "-q", "-p", "sim-core", "--test", "it", "--", "accepted::"], env=env)
    return cases


# Fuzzing


def fuzz():
    """Each target for some minutes, as many at once as there are processors."""
    sh(["bash", "fuzz/seed.sh"])
    sh(["cargo", "+nightly", "fuzz", "build"])
    targets = sorted(path.stem for path in (ROOT / "fuzz/fuzz_targets").glob("*.rs") if path.stem != "checks")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(fuzzed, targets))


def fuzzed(target):
    words = ["cargo", "+nightly", "fuzz", "run", target, "--", f"-max_total_time={SECONDS}", "-print_final_stats=1"]
    if target == "scenario":
        words.append("-dict=fuzz/scenario.dict")
    done = subprocess.run(words, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace")
    if done.returncode != 0:
        print(done.stdout[-3000:])
    runs = re.search(r"stat::number_of_executed_units: (\d+)", done.stdout)
    return {
        "target": target,
        "seconds": SECONDS,
        "runs": int(runs.group(1)) if runs else 0,
        "found": re.findall(r"Test unit written to (\S+)", done.stdout),
        "ended": done.returncode,
    }


# Policy


def policy():
    """Licences, duplicates, bans and sources; `unsafe` in the project's own code."""
    deny = "not run"
    if shutil.which("cargo-deny"):
        done = subprocess.run(
            ["cargo", "deny", "--offline", "check", "licenses", "bans", "sources"],
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        deny = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else f"exit code {done.returncode}"
    metadata = json.loads(sh(["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", host()]))
    packages = [p for p in metadata["packages"] if p["source"]]
    rules = tomllib.loads((ROOT / "deny.toml").read_text())
    banned = {entry["crate"] for entry in rules["bans"]["deny"]}
    reasoned = {entry["crate"].split("@")[0] for entry in rules["bans"]["skip"]}
    versions = collections.Counter(p["name"] for p in packages)
    own = [p for p in metadata["packages"] if not p["source"]]
    return {
        "deny": re.sub(r"\x1b\[[0-9;]*m", "", deny),
        "crates": len(packages),
        "twice": sorted(name for name, count in versions.items() if count > 1),
        "other_sources": sorted({p["source"] for p in packages if "github.com/rust-lang/crates.io-index" not in p["source"]}),
        "against_policy": sorted(
            [f"{p['name']}: licence {p['license']}" for p in packages if not allowed(p["license"], rules["licenses"]["allow"])]
            + [f"{name}: two versions" for name, count in versions.items() if count > 1 and name not in reasoned]
            + [f"{name}: banned" for name in banned & set(versions)]
        ),
        "unsafe": {p["name"]: unsafe_of(Path(p["manifest_path"]).parent) for p in sorted(own, key=lambda p: p["name"])},
    }


def allowed(expression, licences):
    """Whether an SPDX expression can be met with these licences; `/` stood for OR once."""
    words = re.findall(r"[()]|[^\s()]+(?: WITH [^\s()]+)?", (expression or "none").replace("/", " OR "))
    spoken = {"AND": "and", "OR": "or", "(": "(", ")": ")"}
    return eval(" ".join(spoken.get(word) or str(word in licences) for word in words))  # noqa: S307 (True, False, and, or)


def host():
    return re.search(r"host: (\S+)", sh(["rustc", "-vV"])).group(1)


def unsafe_of(crate):
    """Lines of code with the word `unsafe`, tests and benches included."""
    count = 0
    for path in crate.rglob("*.rs"):
        if "target" in path.relative_to(crate).parts:
            continue
        for line in path.read_text().splitlines():
            code = line.split("//")[0]
            count += bool(re.search(r"\bunsafe\b(?!_code)", re.sub(r'"[^"]*"', "", code)))
    return count


# The page


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("what", choices=["measure", "page"])
    arguments.add_argument("--check", action="store_true")
    arguments.add_argument("sections", nargs="*", metavar="SECTION")
    arguments.add_argument("--built", action="store_true", help="take the programs as they are, build none")
    arguments.add_argument("--seconds", type=int, default=300, help="time of each fuzz target")
    given = arguments.parse_intermixed_args()
    global BUILT, SECONDS
    BUILT, SECONDS = given.built, given.seconds
    known = {f.__name__: f for f in [faults, damage, matrix, books, fuzz, policy]}
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    if given.what == "measure":
        for name in given.sections or known:
            began = time.monotonic()
            results[name] = {"commit": commit(), "found": known[name]()}
            print(f"{name}: {time.monotonic() - began:.0f} s")
            RESULTS.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n")
        return
    import reliability_page

    with (ROOT / "checks/mutants.csv").open(newline="") as file:
        text = reliability_page.page(results, list(csv.DictReader(file)))
    if not given.check:
        PAGE.write_text(text)
    elif PAGE.read_text() != text:
        raise SystemExit("docs/reliability.md is not what the results say: run checks/reliability.py page")


if __name__ == "__main__":
    main()
