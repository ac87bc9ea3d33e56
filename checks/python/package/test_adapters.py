"""Calibration, sensitivity and exploration packages drive the model in a few lines."""

import chokepoint
import numpy as np
import polars as pl
import pytest
from project import SHORT


@pytest.fixture
def hard():
    return chokepoint.load("hard-cap", SHORT)


def test_a_simulator_is_a_plain_function(hard):
    f = chokepoint.simulator(hard, ["belief-gain", "belief_decay"], ["revenue/us/china", "domestic-share"])
    assert f.parameters == ["belief-gain", "belief-decay"]
    assert all(low < middle < high for (low, high), middle in zip(f.bounds, f.central))
    series = f(f.central, 12, 3)
    assert series.shape == (12, 2) and series.dtype == np.float64 and np.isfinite(series).all()
    assert np.array_equal(series, f(np.array(f.central), 12, 3)), "same point, same seed, same series"
    assert np.array_equal(series[:8], f(f.central, 8, 3)), "a shorter series is the beginning of a longer one"
    assert not np.array_equal(series, f(f.central, 12, 4))
    assert not np.array_equal(series, f([0.9, f.central[1]], 12, 3))
    assert f.series(f.central, 12, 3) == series.tolist()
    for wrong, error in [(([0.3], 12, 3), "2 parameters"), (([0.3, 7.0], 12, 3), "outside"), ((f.central, 99, 3), "20")]:
        with pytest.raises(ValueError, match=error):
            f(*wrong)
    with pytest.raises(KeyError, match="belief-gain"):
        chokepoint.simulator(hard, ["belief-gane"])
    with pytest.raises(KeyError, match="revenue/us/china"):
        chokepoint.simulator(hard, [], ["revenue"])


def test_a_simulator_plays_what_a_comparison_plays(hard, tmp_path):
    """With the parameters that replicate 0 has drawn, its events are those of the simulator's seed."""
    comparison = chokepoint.run(hard, replicates=2, seed=5, out=tmp_path / "run", progress=False)
    drawn = comparison.experiments.to_polars().filter(
        (pl.col("scenario_id").cast(pl.String) == "hard-cap") & (pl.col("experiment_id") == 0)
    )
    keys = [c for c in drawn.columns if not c.endswith("_id")]
    f = chokepoint.simulator(hard, keys, ["revenue/us/china"])
    theirs = comparison.outcomes.to_polars().filter(
        (pl.col("scenario_id").cast(pl.String) == "hard-cap")
        & (pl.col("experiment_id") == 0)
        & (pl.col("metric").cast(pl.String) == "revenue")
        & (pl.col("supplier_bloc").cast(pl.String) == "us")
        & (pl.col("buyer_bloc").cast(pl.String) == "china")
    )["value"]
    theta = [drawn[key][0] for key in keys]
    assert f(theta, 20, 5)[:, 0].tolist() == theirs.to_list(), "to the last bit"


def test_calibration_by_a_general_optimiser(hard):
    """A parameter that made a series is found again by scipy, as the minimum of the distance."""
    from scipy.optimize import minimize_scalar

    f = chokepoint.simulator(hard, ["belief-sensitivity"], ["revenue/us/china"])
    [(low, high)] = f.bounds
    truth = low + 0.4 * (high - low)
    target = f([truth], 20, 1)

    def distance(value):
        return float(np.sum((f([value], 20, 1) - target) ** 2))

    found = minimize_scalar(distance, bounds=(low, high), method="bounded", options={"maxiter": 25})
    assert found.x == pytest.approx(truth, abs=0.05 * (high - low))


def test_salib_drives_it(hard):
    from SALib.analyze import morris as analyze
    from SALib.sample import morris as sample

    f = chokepoint.evaluator(hard, ["belief-gain", "belief-sensitivity", "stickiness"], ["us-revenue-world"])
    points = sample.sample(f.problem, 4, seed=1)
    effects = analyze.analyze(f.problem, points, f(points, progress=False)[:, 0], seed=1)
    assert list(effects["names"]) == f.parameters
    assert np.isfinite(effects["mu_star"]).all() and max(effects["mu_star"]) > 0


def test_ema_workbench_drives_it(hard):
    import ema_workbench as ema

    import chokepoint.ema

    f = chokepoint.evaluator(hard, ["belief-gain", "stickiness"], ["us-revenue-world", "lead-logic"], seeds=2)
    experiments, outcomes = ema.perform_experiments(chokepoint.ema.model(f), scenarios=6)
    points = experiments[["belief_gain", "stickiness"]].to_numpy()
    assert np.array_equal(f(points, progress=False)[:, 0], outcomes["us_revenue_world"])
    assert np.array_equal(f.rows(points, threads=1, progress=False), f.rows(points, threads=2, progress=False))


def test_an_evaluator_pairs_with_its_baseline(hard):
    keys = ["belief-gain"]
    [[difference]] = chokepoint.evaluator(hard, keys).rows([[0.4]], progress=False)
    [[level]] = chokepoint.evaluator(hard, keys, levels=True).rows([[0.4]], progress=False)
    [[base]] = chokepoint.evaluator(hard.baseline, keys, levels=True).rows([[0.4]], progress=False)
    assert difference == level - base < 0
    with pytest.raises(KeyError, match="us-revenue-world"):
        chokepoint.evaluator(hard, keys, ["us-revenue"])


def test_a_hindcast_is_the_commands(command):
    import json

    ours = chokepoint.hindcast(2023, parameters="prior", replicates=4, progress=False)
    theirs = command("hindcast", "--to", 2023, "--parameters", "prior", "--replicates", 4, "--json", "--quiet")
    assert json.loads(ours.to_json()) == json.loads(theirs.stdout)
    assert ours.scores.num_rows == 0 and not ours.in_sample
    assert "drawn from their prior" in " ".join(ours.premises)


def test_a_hindcast_is_scored_and_drawn():
    hindcast = chokepoint.hindcast(replicates=2, progress=False)
    assert hindcast.parameters == "folds"
    scores = hindcast.scores.to_polars()
    assert {"CHN", "USA"} == set(scores["country"].cast(pl.String))
    segments = hindcast.segments.to_polars()
    miss = (segments["observed_pct"] - segments["p50"] - segments["miss_pp"]).drop_nulls().abs().max()
    assert miss < 1e-9
    assert "Source: Chokepoint" in hindcast.figure("backcast").svg
    assert hindcast.facts.num_rows > 0
