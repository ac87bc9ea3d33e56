"""Morris and Sobol indices against SALib."""

import numpy as np
import pytest
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol

PROBLEM = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}


def test_morris_indices(ours):
    morris = ours["morris"]
    theirs = salib_morris.analyze(
        PROBLEM,
        np.array(morris["rows"]),
        np.array(morris["outcomes"]),
        num_levels=morris["levels"],
        num_resamples=2000,
        seed=1,
    )
    # SALib divides by p / (2 (p - 1)), the step of its own levels; ours is 1/2 (see design/morris.rs).
    p = morris["levels"]
    scale = p / (2 * (p - 1)) / 0.5
    for j, effect in enumerate(morris["indices"]):
        assert effect["mu"] == pytest.approx(scale * theirs["mu"][j], rel=1e-12)
        assert effect["mu_star"]["value"] == pytest.approx(scale * theirs["mu_star"][j], rel=1e-12)
        assert effect["sigma"] == pytest.approx(scale * theirs["sigma"][j], rel=1e-12)
        assert effect["sigma"] > 0.1
        # SALib's half-width is 1.96 standard deviations of the resamples, ours a percentile interval, from other
        # resamples: near each other where the distribution is near normal.
        half = (effect["mu_star"]["high"] - effect["mu_star"]["low"]) / 2
        assert half == pytest.approx(scale * theirs["mu_star_conf"][j], rel=0.1, abs=1e-9)


def test_sobol_indices(ours):
    sobol = ours["sobol"]
    theirs = salib_sobol.analyze(
        PROBLEM, np.array(sobol["outcomes"]), calc_second_order=False, num_resamples=2000, seed=1
    )
    for order, key in (("first", "S1"), ("total", "ST")):
        for j, index in enumerate(sobol["indices"][order]):
            assert index["value"] == pytest.approx(theirs[key][j], rel=1e-9, abs=1e-12)
            # Percentile interval against 1.96 standard deviations, from other resamples.
            half = (index["high"] - index["low"]) / 2
            assert half == pytest.approx(theirs[f"{key}_conf"][j], rel=0.1)


def off_diagonal(matrix):
    """Mean of the products between different seeds."""
    m = len(matrix)
    return (matrix.sum() - np.trace(matrix)) / (m * (m - 1))


def test_sobol_indices_without_noise_from_covariances_between_seeds(ours):
    # SALib has nothing of the kind; here the definition is written out with m x m matrices of means of products.
    sobol = ours["sobol"]
    m = sobol["seeds"]
    y = np.array(sobol["noisy"]).reshape(-1, 5, m)
    y = y - y.reshape(-1, m).mean(axis=0)
    a, b = y[:, 0], y[:, 4]
    both = np.concatenate([a, b])
    covariance = np.cov(both.T, bias=True)
    variance = off_diagonal(covariance)
    found = sobol["of_noisy"]
    assert found["variance"] == pytest.approx(variance, rel=1e-9)
    assert found["noise"] == pytest.approx(1 - variance / np.diag(covariance).mean(), rel=1e-9)
    for j in range(3):
        step = y[:, 1 + j] - a
        first = off_diagonal(b.T @ step / len(b)) / variance
        total = off_diagonal(step.T @ step / len(b)) / (2 * variance)
        assert found["first"][j]["value"] == pytest.approx(first, rel=1e-9, abs=1e-12)
        assert found["total"][j]["value"] == pytest.approx(total, rel=1e-9, abs=1e-12)
    # The noise has variance 4 in each run; without it the indices are those of the function itself.
    assert found["noise"] == pytest.approx(4 / (4 + found["variance"]), abs=0.03)
    for j in range(3):
        clean = sobol["indices"]["total"][j]["value"]
        assert found["total"][j]["value"] == pytest.approx(clean, abs=0.06)
