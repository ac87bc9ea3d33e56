"""Designs against scipy's quality measures and SALib's own sampling."""

import numpy as np
import pytest
from SALib.sample import sobol as salib_sobol
from scipy.stats import qmc


def test_sobol_points_are_as_even_as_scipys(ours):
    points = np.array(ours["designs"]["sobol"])
    n, factors = points.shape
    # Other scramblings, so other points: compare their discrepancy with the spread of scipy's over seeds.
    scipys = [
        qmc.discrepancy(qmc.Sobol(factors, scramble=True, rng=seed).random(n)) for seed in range(20)
    ]
    random = [qmc.discrepancy(np.random.default_rng(s).random((n, factors))) for s in range(20)]
    found = qmc.discrepancy(points)
    assert found < max(scipys) + 3 * np.std(scipys)
    assert found < min(random)
    # A scrambled Sobol sequence has one point in each of n strips of every column.
    for column in points.T:
        assert sorted((column * n).astype(int)) == list(range(n))


def test_every_block_is_a_latin_hypercube(ours):
    latin = ours["designs"]["latin"]
    rows, block = np.array(latin["rows"]), latin["block"]
    for first in range(0, len(rows), block):
        strata = (rows[first : first + block] * block).astype(int)
        for column in strata.T:
            assert sorted(column) == list(range(block))
    # Columns are unrelated: correlations over 100 rows have a standard deviation near 0.1.
    correlations = np.corrcoef(rows.T)[np.triu_indices(rows.shape[1], 1)]
    assert np.abs(correlations).max() < 0.4


def test_saltelli_rows_have_salibs_layout(ours):
    factors = 3
    problem = {"num_vars": factors, "names": list("abc"), "bounds": [[0, 1]] * factors}
    theirs = salib_sobol.sample(problem, 64, calc_second_order=False)
    for rows in (np.array(ours["sobol"]["rows"]), theirs):
        for group in rows.reshape(-1, factors + 2, factors):
            a, mixed, b = group[0], group[1:-1], group[-1]
            for factor in range(factors):
                want = a.copy()
                want[factor] = b[factor]
                assert mixed[factor] == pytest.approx(want, abs=0)


def test_trajectories_move_one_factor_at_a_time(ours):
    rows = np.array(ours["morris"]["rows"])
    for trajectory in rows.reshape(-1, 4, 3):
        steps = np.diff(trajectory, axis=0)
        assert ((steps != 0).sum(axis=1) == 1).all()
        assert ((steps != 0).sum(axis=0) == 1).all()
        # Half of the unit cube: levels stand in the middle of cells (SALib's stand on 0, 1/5 ... 1 and move 3/5).
        assert np.abs(steps[steps != 0]) == pytest.approx(0.5)
