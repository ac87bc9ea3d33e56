"""PRIM against the EMA Workbench, trees against scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from ema_workbench.analysis import prim
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor


@pytest.fixture(scope="module")
def pair(ours):
    found = ours["prim"]
    names = [f"x{i}" for i in range(len(found["columns"]))]
    x = pd.DataFrame(dict(zip(names, found["columns"])))
    search = prim.Prim(x, np.array(found["cases"]).astype(int), threshold=0.1)
    return found["trajectory"], search.find_box(), names


def test_every_box_of_the_trajectory(pair):
    ours, theirs, names = pair
    table = theirs.peeling_trajectory
    assert len(ours) == len(table) > 10
    for i, region in enumerate(ours):
        for key in ("coverage", "density", "mass"):
            assert region[key] == pytest.approx(table.loc[i, key], rel=1e-12)
        limits = theirs.box_lims[i]
        for name, own in zip(names, region["limits"]):
            assert (own["low"], own["high"]) == pytest.approx(tuple(limits[name]), rel=1e-12)


def test_quasi_p_values(pair):
    ours, theirs, names = pair
    compared = 0
    for i, region in enumerate(ours):
        for r in region["restrictions"]:
            # The Workbench lists [lower, upper] by factor, -1 where a side is free.
            want = theirs.qp[i][names[r["factor"]]][0 if r["lower"] else 1]
            assert r["quasi_p"] == pytest.approx(want, rel=1e-8, abs=1e-300)
            compared += 1
    assert compared > 20


def grown(found, model):
    x = np.array(found["columns"]).T
    return {
        key: model[key](
            max_depth=found["depth"], min_samples_leaf=found["leaf"], random_state=0
        ).fit(x, found[key]["outcomes"]).tree_
        for key in model
    }


def same(node, tree, at):
    assert node["points"] == tree.n_node_samples[at]
    if node["split"] is None:
        # scikit-learn goes on splitting nodes without gain only if they are impure; ours stops at zero gain.
        assert tree.children_left[at] == -1
        return 1
    split = node["split"]
    assert split["factor"] == tree.feature[at]
    # scikit-learn keeps factors in single precision.
    assert split["threshold"] == pytest.approx(tree.threshold[at], rel=1e-6)
    return same(split["below"], tree, tree.children_left[at]) + same(
        split["above"], tree, tree.children_right[at]
    )


def test_trees(ours):
    found = ours["cart"]
    models = {"cases": DecisionTreeClassifier, "loss": DecisionTreeRegressor}
    trees = grown(found, models)
    # Gini's criterion on 0 and 1 is twice the variance, so both are the same tree as a regression.
    for key, tree in trees.items():
        assert same(found[key]["tree"], tree, 0) == tree.n_leaves > 3
    regression = grown(found, {"cases": DecisionTreeRegressor})["cases"]
    assert same(found["cases"]["tree"], regression, 0) == regression.n_leaves
    means = regression.value.ravel()
    assert found["cases"]["tree"]["mean"] == pytest.approx(means[0], rel=1e-12)
