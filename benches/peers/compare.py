"""Runs all implementations of REF-1 interleaved and writes a table of ratios.

Clocks drift on shared machines, so every round runs every implementation once, and only ratios within a round count.
Needs the Rust versions built (benches/README.md) and Mesa and NumPy in the Python that runs this.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CHECK = {1: 372017.755513069, 10: 3712147.59168860}
OURS = "chokepoint, market kernel"
# What would make NumPy's BLAS differ from what it chooses for the machine.
UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


def implementations(python):
    ours = [str(ROOT / "target/release/ref1"), "{scale}", "20"]
    krabmaga = [str(HERE / "krabmaga/target/release/ref1-krabmaga"), "{scale}", "4"]
    return {
        OURS: (ours, {}),
        "chokepoint, AVX2 only": (ours, {"CHOKEPOINT_SIMD": "avx2"}),
        "krABMaga 0.6.2, scheduled agents": (krabmaga, {}),
        "NumPy, whole arrays": ([python, str(HERE / "numpy_market.py"), "{scale}", "4"], {}),
        "Mesa 3.3.1, plain Python agents": ([python, str(HERE / "mesa_market.py"), "{scale}", "12"], {}),
    }


def run(command, extra, scale):
    environment = {k: v for k, v in os.environ.items() if k not in UNSET} | extra
    environment["OMP_NUM_THREADS"] = environment["OPENBLAS_NUM_THREADS"] = "1"
    words = [word.format(scale=scale) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, env=environment, check=False)
    if done.returncode != 0:
        return None
    result = json.loads(done.stdout)
    wanted = CHECK.get(scale)
    if wanted and abs(result["check"] / wanted - 1.0) > 1e-12:
        sys.exit(f"{words[0]} gives {result['check']}, not {wanted}: it does other work")
    return result["ns_per_alternative"]


def spread(values, digits):
    return f"{statistics.median(values):.{digits}f} [{min(values):.{digits}f}–{max(values):.{digits}f}]"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--skip", action="append", default=[], help="word in a name to leave out")
    arguments = parser.parse_args()
    all_of_them = implementations(sys.executable)
    chosen = {k: v for k, v in all_of_them.items() if not any(word in k for word in arguments.skip)}
    times = {name: [] for name in chosen}
    for number in range(arguments.rounds):
        for name, (command, extra) in chosen.items():
            time = run(command, extra, arguments.scale)
            if time is not None:
                times[name].append(time)
            print(f"round {number + 1}: {name}: {time}", file=sys.stderr)
    print("| implementation | ns an alternative, median [range] | times slower than the kernel |")
    print("| --- | --- | --- |")
    for name, values in times.items():
        if len(values) != len(times[OURS]):
            print(f"| {name} | does not run here | |")
            continue
        ratios = [theirs / ours for theirs, ours in zip(values, times[OURS])]
        print(f"| {name} | {spread(values, 2)} | {spread(ratios, 1)} |")


main()
