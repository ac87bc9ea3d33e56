"""Distributions, components of variance, pairing, stopping, Shapley values and regret."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats
from statsmodels.stats.anova import anova_lm


def test_distributions(ours):
    distributions = ours["distributions"]
    for p, df, found in distributions["student"]:
        assert found == pytest.approx(stats.t.ppf(p, df), rel=1e-10)
    for p, d1, d2, found in distributions["f"]:
        assert found == pytest.approx(stats.f.ppf(p, d1, d2), rel=1e-10)
    for x, a, b, found in distributions["beta"]:
        assert found == pytest.approx(stats.beta.cdf(x, a, b), rel=1e-10, abs=1e-14)
    for k, n, p, found in distributions["binomial"]:
        assert found == pytest.approx(stats.binom.sf(k - 1, n, p), rel=1e-10, abs=1e-14)


def test_rank_correlations(ours):
    for pair in ours["ranks"]:
        expected = stats.spearmanr(pair["x"], pair["y"]).statistic
        assert pair["found"] == pytest.approx(expected, rel=1e-12, abs=1e-14)


def test_nested_components(ours):
    nested = ours["variance"]["nested"]
    y = np.array(nested["outcomes"])
    n, m = y.shape
    # F of the one-way analysis, then Searle's interval of the share of the draws.
    f = stats.f_oneway(*y).statistic
    within = y.var(axis=1, ddof=1).mean()
    components = nested["components"]
    assert components["chance"]["value"] ** 2 == pytest.approx(within, rel=1e-12)
    assert components["parameter"]["value"] ** 2 == pytest.approx((f - 1) * within / m, rel=1e-9)
    share = components["share"]
    assert share["value"] == pytest.approx((f - 1) / (f + m - 1), rel=1e-9)
    # Ours draws mean squares (20000 times); for these two the exact intervals are known.
    for key, p in (("low", 0.975), ("high", 0.025)):
        ratio = f / stats.f.ppf(p, n - 1, n * (m - 1))
        assert share[key] == pytest.approx((ratio - 1) / (ratio + m - 1), rel=0.01)
        df = n * (m - 1)
        chance = math.sqrt(within * df / stats.chi2.ppf(p, df))
        assert components["chance"][key] == pytest.approx(chance, rel=0.01)


def long(outcomes):
    rows = [(i, r, v) for i, draw in enumerate(outcomes) for r, v in enumerate(draw)]
    return pd.DataFrame(rows, columns=["draw", "seed", "y"])


def test_unequal_draws(ours):
    unequal = ours["variance"]["unequal"]
    table = long(unequal["outcomes"])
    anova = anova_lm(smf.ols("y ~ C(draw)", table).fit())
    between, within = anova["mean_sq"]
    sizes = table.groupby("draw").size()
    m = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (len(sizes) - 1)
    components = unequal["components"]
    assert components["chance"]["value"] ** 2 == pytest.approx(within, rel=1e-9)
    assert components["parameter"]["value"] ** 2 == pytest.approx((between - within) / m, rel=1e-9)


def test_crossed_components(ours):
    crossed = ours["variance"]["crossed"]
    table = long(crossed["outcomes"])
    n, m = table.draw.nunique(), table.seed.nunique()
    anova = anova_lm(smf.ols("y ~ C(draw) + C(seed)", table).fit())
    draws, seeds, rest = anova["mean_sq"]
    components = crossed["components"]
    assert components["parameter"]["value"] ** 2 == pytest.approx((draws - rest) / m, rel=1e-9)
    assert components["chance"]["value"] ** 2 == pytest.approx((seeds - rest) / n + rest, rel=1e-9)
    # Generalised intervals from numpy's chi-square numbers; other numbers, so limits agree to their own error.
    rng = np.random.default_rng(1)
    drawn = [
        mean * df / rng.chisquare(df, 20_000)
        for mean, df in zip((draws, seeds, rest), anova["df"])
    ]
    variances = {
        "parameter": np.maximum(drawn[0] - drawn[2], 0) / m,
        "chance": np.maximum(drawn[1] - drawn[2], 0) / n + drawn[2],
    }
    for key, values in variances.items():
        low, high = np.sqrt(np.quantile(values, [0.025, 0.975]))
        found = components[key]
        assert (found["low"], found["high"]) == pytest.approx((low, high), rel=0.03)


def test_pairing_and_quantiles(ours):
    pairing = ours["pairing"]
    a, b = np.array(pairing["a"]), np.array(pairing["b"])
    report = pairing["report"]
    factor = (a.var(ddof=1) + b.var(ddof=1)) / (a - b).var(ddof=1)
    assert report["variance_reduction"] == pytest.approx(factor, rel=1e-10)
    assert report["correlation"] == pytest.approx(stats.pearsonr(a, b).statistic, rel=1e-10)
    assert report["worthwhile"] is True
    assert pairing["mean"] == pytest.approx(a.mean(), rel=1e-13)
    assert pairing["variance"] == pytest.approx(a.var(ddof=1), rel=1e-12)
    for p, found in pairing["quantiles"]:
        assert found == pytest.approx(np.quantile(a, p), rel=1e-13)


def test_stopping(ours):
    stopping = ours["stopping"]
    all_differences = np.array(stopping["differences"])
    for n, look in stopping["mean"]:
        values = all_differences[:n]
        low, high = stats.t.interval(0.95, n - 1, values.mean(), stats.sem(values))
        found = look["estimate"]
        assert found["value"] == pytest.approx(values.mean(), rel=1e-12)
        assert (found["low"], found["high"]) == pytest.approx((low, high), rel=1e-10)
        assert look["half_width"] == pytest.approx((high - low) / 2, rel=1e-9)
        assert look["enough"] is bool(look["half_width"] <= 0.1)
    for n, look in stopping["median"]:
        # scipy's interval of a quantile test uses the same order statistics.
        interval = stats.quantile_test(all_differences[:n], q=0, p=0.5).confidence_interval(0.95)
        found = look["estimate"]
        assert (found["low"], found["high"]) == (interval.low, interval.high)
        assert look["half_width"] == pytest.approx((interval.high - interval.low) / 2, rel=1e-12)
        assert found["value"] == np.median(all_differences[:n])
    for n, rank in stopping["ranks"]:
        assert stats.binom.cdf(rank - 1, n, 0.5) <= 0.025 < stats.binom.cdf(rank, n, 0.5)


def test_shapley_values(ours):
    shapley = ours["shapley"]
    n = shapley["measures"]
    v = np.array(shapley["table"])

    def average(orders):
        values = np.zeros((n, v.shape[1]))
        for order in orders:
            coalition = 0
            for measure in order:
                values[measure] += v[coalition | 1 << measure] - v[coalition]
                coalition |= 1 << measure
        return values / len(orders)

    # The definition by all 120 orders; ours sums weighted coalitions.
    for found, want in zip(shapley["exact"], average(list(itertools.permutations(range(n))))):
        assert found["replicates"] == pytest.approx(want, rel=1e-9, abs=1e-12)
        low, high = stats.t.interval(0.95, len(want) - 1, want.mean(), stats.sem(want))
        assert (found["mean"]["low"], found["mean"]["high"]) == pytest.approx((low, high), rel=1e-8)
    orders = shapley["orders"]
    assert all(a == b[::-1] for a, b in zip(orders[::2], orders[1::2]))
    for i, (found, want) in enumerate(zip(shapley["sampled"], average(orders))):
        assert found["replicates"] == pytest.approx(want, rel=1e-9, abs=1e-12)
        pairs = [average(orders[k : k + 2])[i].mean() for k in range(0, len(orders), 2)]
        assert found["order_error"] == pytest.approx(stats.sem(pairs), rel=1e-9)


def test_regret_and_satisficing(ours):
    robust = ours["robust"]
    y = pd.DataFrame(robust["outcomes"])
    for key, sign in (("more", 1), ("less", -1)):
        regret = (sign * y).max() - sign * y
        found = robust[key]
        assert [r["futures"] for r in found["regimes"]] == regret.to_numpy().tolist()
        assert [r["max"] for r in found["regimes"]] == regret.max(axis=1).tolist()
        assert [r["mean"] for r in found["regimes"]] == pytest.approx(regret.mean(axis=1).tolist())
        assert [r["best"] for r in found["regimes"]] == pytest.approx((regret == 0).mean(axis=1).tolist())
        for name, values in (("least_max", regret.max(axis=1)), ("least_mean", regret.mean(axis=1))):
            assert found[name] == values.index[np.isclose(values, values.min())].tolist()
    met = np.array([y.loc[0] >= 0, y.loc[1] <= 2])
    assert robust["satisficing"]["each"] == pytest.approx(met.mean(axis=1).tolist())
    assert robust["satisficing"]["all"] == pytest.approx(met.all(axis=0).mean())
