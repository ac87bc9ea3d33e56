"""Kaplan-Meier against lifelines."""

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import qth_survival_times


def fit(observations):
    times = [o["time"] for o in observations]
    events = [o["event"] for o in observations]
    return KaplanMeierFitter(alpha=0.05).fit(times, events)


def test_curve_and_intervals(ours):
    survival = ours["survival"]
    theirs = fit(survival["observations"])
    table = theirs.event_table
    assert len(survival["curve"]["steps"]) == (table["observed"] > 0).sum()
    for step in survival["curve"]["steps"]:
        t = step["time"]
        assert step["at_risk"] == table.loc[t, "at_risk"]
        assert step["events"] == table.loc[t, "observed"]
        assert step["survival"] == pytest.approx(theirs.survival_function_.loc[t].item(), rel=1e-12)
        low, high = theirs.confidence_interval_.loc[t]
        assert step["low"] == pytest.approx(low, rel=1e-9)
        assert step["high"] == pytest.approx(high, rel=1e-9)
        greenwood = theirs._cumulative_sq_.loc[t].item()
        assert step["error"] == pytest.approx(step["survival"] * np.sqrt(greenwood), rel=1e-9)


def test_quantiles_and_their_limits(ours):
    survival = ours["survival"]
    theirs = fit(survival["observations"])
    band = theirs.confidence_interval_
    # Brookmeyer and Crowley: where each limit of the band falls to 1 - p. Lifelines writes infinity for never.
    curves = {
        "time": theirs.survival_function_,
        "low": band.iloc[:, [0]],
        "high": band.iloc[:, [1]],
    }
    for p, quantile in survival["quantiles"]:
        for key, curve in curves.items():
            want = qth_survival_times(1 - p, pd.DataFrame(curve))
            found = quantile[key]
            assert (np.inf if found is None else found) == want
    assert survival["quantiles"][2][1]["time"] == theirs.median_survival_time_


def test_subjects_at_risk(ours):
    survival = ours["survival"]
    times = np.array([o["time"] for o in survival["observations"]])
    # At risk just before t, as in the tables of R's survminer.
    assert survival["at_risk"] == [(times >= t).sum() for t in survival["times"]]


def test_when_nobody_is_left(ours):
    complete = ours["survival"]["complete"]
    theirs = fit(complete["observations"])
    *steps, last = complete["curve"]["steps"]
    for step in steps:
        low, high = theirs.confidence_interval_.loc[step["time"]]
        assert (step["low"], step["high"]) == pytest.approx((low, high), rel=1e-9)
    # On purpose: lifelines gives [0, 0] where survival is 0; the log-log interval does not exist there, and we keep
    # the upper limit before it (R's survfit says NA).
    assert tuple(theirs.confidence_interval_.loc[last["time"]]) == (0, 0)
    assert (last["survival"], last["low"], last["high"]) == (0, 0, steps[-1]["high"])
