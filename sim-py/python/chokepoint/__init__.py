"""Chokepoint: what export controls on semiconductors cost, buy and set in motion.

    import chokepoint

    chokepoint.project()                                 # the directory that holds scenarios/
    hard = chokepoint.load("hard-cap")
    comparison = chokepoint.compare([hard, hard.with_(belief_gain=0.2).named("calm")], replicates=50)
    comparison                                           # a table of headlines in a notebook
    comparison.figure("loss-fan")                        # a chart
    comparison.headlines.to_pandas()                     # Arrow tables for pandas, polars, pyarrow, duckdb

Results are those of the command `chokepoint` to the last bit, and stand in its run directories.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from ._chokepoint import (
    HEADLINES,
    Comparison,
    Evaluator,
    Figure,
    Hindcast,
    Scenario,
    Simulator,
    Sweep,
    Table,
    __version__,
    begin,
    compare,
    hindcast,
    load,
    merge,
    open_comparison,
    open_sweep,
    plan,
    resume,
    run,
    run_shard,
    scenarios,
    sweep,
)
from ._errors import ChokepointWarning, Problem, RunError, ScenarioError, StoreError

__all__ = [
    "HEADLINES",
    "ChokepointWarning",
    "Comparison",
    "Evaluator",
    "Figure",
    "Hindcast",
    "Problem",
    "RunError",
    "Scenario",
    "ScenarioError",
    "Simulator",
    "StoreError",
    "Sweep",
    "Table",
    "__version__",
    "begin",
    "compare",
    "evaluator",
    "hindcast",
    "load",
    "merge",
    "open_run",
    "plan",
    "project",
    "resume",
    "run",
    "run_shard",
    "scenarios",
    "simulator",
    "sweep",
]


def open_run(path: str | os.PathLike[str] = "latest") -> Comparison | Sweep:
    """Opens a finished run directory: a comparison, or a merged sweep. `latest` is the newest in `outputs/`.

    Raises `StoreError` if it is unfinished or holds files that its run did not write.
    """
    place = Path(path)
    pointer = Path("outputs", "latest")
    if str(path) == "latest" and not place.is_dir() and pointer.is_file():
        place = pointer.with_name(pointer.read_text().strip())
    if (place / "plan.json").is_file():
        return open_sweep(place)
    return open_comparison(place)


def project(directory: str | os.PathLike[str] | None = None) -> Path:
    """Works from a project: changes to `directory`, or to the nearest one upwards that holds `scenarios/`.

    Names such as `hard-cap` are looked for in `scenarios/`, and runs go to `outputs/`, of the working directory. A
    notebook begins with this, so that it runs wherever it was opened. Gives the directory.
    """
    if directory is not None:
        found = Path(directory).resolve()
        places = [found]
    else:
        here = Path.cwd()
        places = [here, *here.parents]
    for place in places:
        if (place / "scenarios").is_dir():
            os.chdir(place)
            return place
    raise FileNotFoundError(
        f"no directory `scenarios` in {places[0]}{' or above' if directory is None else ''}: "
        "chokepoint.begin('my-project') makes one"
    )


def simulator(
    scenario: Scenario | str | os.PathLike[str],
    parameters: Sequence[str] = (),
    metrics: Sequence[str] = ("revenue/us/china",),
) -> Simulator:
    """A scenario as a plain function `f(theta, n, seed)` for calibration packages.

    It gives an array of `n` quarters (rows) by metrics (columns), in the units of `metadata` of a comparison's
    outcomes; money in USD million of 2019. `theta` has a value for each of `parameters` (default: all that have a
    prior), in their order; the others stay at their central values. `seed` is that of all events. `f.bounds` has the
    range of each parameter. Raises `KeyError` for an unknown parameter or metric, `ValueError` for a value outside its
    admissible range.
    """
    return Simulator(_scenario(scenario), list(parameters), list(metrics))


def evaluator(
    scenario: Scenario | str | os.PathLike[str],
    parameters: Sequence[str] = (),
    headlines: Sequence[str] = ("us-revenue-world",),
    *,
    baseline: Scenario | str | os.PathLike[str] | None = None,
    levels: bool = False,
    seed: int = 1,
    seeds: int = 1,
) -> Evaluator:
    """A scenario against its baseline as a function of parameters, for sensitivity and exploration packages.

    `f(points)` takes an array of points (rows) by parameters (columns) and gives one of points by headlines: paired
    differences from the baseline, as means over `seeds` runs of events, in the units of `HEADLINES`; with `levels`,
    the scenario's own levels. All points see the same events. `f.problem` is what SALib wants.
    """
    chosen = _scenario(scenario)
    base = None if levels else chosen.baseline if baseline is None else _scenario(baseline)
    return Evaluator(chosen, list(parameters), list(headlines), base, seed, seeds)


def _scenario(value: Scenario | str | os.PathLike[str]) -> Scenario:
    return value if isinstance(value, Scenario) else load(value)
