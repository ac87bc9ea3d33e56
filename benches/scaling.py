#!/usr/bin/env python3
"""How time and memory grow with buyers, products, segments, replicates and threads.

Runs `chokepoint` on worlds that `chokepoint synth` makes, each for two horizons: the difference of their user times is
what the added quarters cost, everything included but reading and solving the base year. Prints a table in Markdown;
`--write` puts it into docs/performance.md between its marks. Needs a release build and nothing but Python.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
PROGRAM = HOME / "target" / "release" / "chokepoint"
PAGE = HOME / "docs" / "performance.md"
MARKS = ("<!-- scaling: begin -->\n", "<!-- scaling: end -->\n")
# Both after the regimes have parted, or they would be played once.
QUARTERS = {"2024Q4": 24, "2026Q4": 32}


def run(command):
    """User time [s], wall time [s] and peak resident memory [MB] of a command."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        began = os.times()
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=HOME, check=False)
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall = os.times().elapsed - began.elapsed
        facts = [done.returncode, usage.ru_utime, wall, usage.ru_maxrss / 1024]
        os.write(write, json.dumps(facts).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        code, user, wall, memory = json.loads(pipe.read())
    os.waitpid(child, 0)
    if code:
        sys.exit(f"{' '.join(map(str, command))} ended with {code}")
    return user, wall, memory


def world(directory, arguments):
    """Makes a world; the number of its buyers and products."""
    run([PROGRAM, "synth", directory, *map(str, arguments)])
    tables = [(directory / "data" / name).read_text() for name in ("lines.csv", "products.csv")]
    return [len(table.splitlines()) - 1 for table in tables]


def measure(directory, replicates, threads, rounds):
    """User time of the added quarters of a replicate, wall time and memory of the longer run; medians."""
    samples = []
    for _ in range(rounds):
        times = {}
        for end in QUARTERS:
            with tempfile.TemporaryDirectory() as out:
                times[end] = run([
                    PROGRAM, "run", directory / "hard-cap.toml", "--baseline", directory / "baseline.toml",
                    "--replicates", str(replicates), "--threads", str(threads), "--quiet",
                    "--set", f"time.end={end}", "--out", Path(out) / "run",
                ])
        (short, _, _), (long, wall, memory) = (times[end] for end in QUARTERS)
        samples.append(((long - short) / replicates, wall, memory))
    return [sorted(column)[len(column) // 2] for column in zip(*samples)]


CASES = [
    ("calibrated", [], 20, 1),
    ("buyers x10", ["--buyers", 810], 3, 1),
    ("buyers x100", ["--buyers", 8100], 2, 1),
    ("buyers x1000, 8 suppliers, 6 segments", ["--buyers", 81000, "--suppliers", 8, "--segments", 6], 2, 1),
    ("32 suppliers a segment", ["--suppliers", 32], 6, 1),
    ("30 segments", ["--segments", 30], 20, 1),
    ("5 times the replicates", [], 100, 1),
    ("two threads", [], 100, 2),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    lines = [
        "| world | buyers | products | replicates | threads | ms a quarter of two regimes | µs of it a buyer | wall s | peak MB |\n",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    ]
    with tempfile.TemporaryDirectory() as home:
        for i, (name, options, replicates, threads) in enumerate(CASES):
            directory = Path(home) / str(i)
            buyers, products = world(directory, options)
            user, wall, memory = measure(directory, replicates, threads, arguments.rounds)
            first, last = QUARTERS.values()
            added = last - first
            line = (
                f"| {name} | {buyers:,} | {products:,} | {replicates} | {threads} "
                f"| {1e3 * user / added:.3g} | {1e6 * user / added / buyers:.3g} | {wall:.1f} | {memory:,.0f} |\n"
            )
            print(line, end="", flush=True)
            lines.append(line)
    if arguments.write:
        page = PAGE.read_text()
        before, rest = page.split(MARKS[0])
        after = rest.split(MARKS[1])[1]
        PAGE.write_text(before + MARKS[0] + "".join(lines) + MARKS[1] + after)


if __name__ == "__main__":
    main()
