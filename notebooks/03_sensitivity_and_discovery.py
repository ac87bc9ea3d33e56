# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 03 Sensitivity and scenario discovery
#
# **Which assumptions move the cost of a hard cap, and in which futures is that cost high?**
#
# Two designs: Morris trajectories through all assumptions say which matter at all; a sample of the assumptions says
# where in their space the loss is large. The first is drawn by the package, the second is given to PRIM, the patient
# rule induction of EMA Workbench.

# %%
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import chokepoint
import numpy as np
import polars as pl
from ema_workbench.analysis import prim
from IPython.display import Markdown, display

chokepoint.project()
REPLICATES = int(os.environ.get("CHOKEPOINT_REPLICATES", "200"))

# %% [markdown]
# ## Screening
#
# Each trajectory moves every assumption once.

# %%
screening = chokepoint.sweep("screening", size=max(2, REPLICATES // 20))
screening.figure("tornado")

# %% [markdown]
# ## A sample over the ones that matter
#
# An experiment is a file; here it is written on the spot. The assumptions are those with the largest mean elementary
# effect (`mu_star`) of the screening, in SALib's hands.

# %%
from SALib.analyze import morris

problem = {
    "num_vars": len(screening.parameters),
    "names": screening.parameters,
    "bounds": [[0.0, 1.0]] * len(screening.parameters),
}
points = screening.experiments.to_polars().select(screening.parameters).to_numpy()
low, high = points.min(axis=0), points.max(axis=0)
loss = np.array(screening.difference("hard-cap", "us-revenue-world"))
effects = morris.analyze(problem, (points - low) / (high - low), loss, num_levels=4, seed=1)
ranked = pl.DataFrame({"parameter": screening.parameters, "mu_star": effects["mu_star"]}).sort(
    "mu_star", descending=True
)
ranked.head(8)

# %%
EXPERIMENT = f"""
schema = 1
title = "What makes the hard cap dear"

[levers]
regimes = ["hard-cap"]

[uncertainties]
parameters = {list(ranked["parameter"][:6])}

[outcomes]
headlines = ["us-revenue-world", "lead-logic"]

[design]
kind = "sobol"
size = {max(40, 2 * REPLICATES)}
seed = 3
"""
with TemporaryDirectory() as place:
    file = Path(place, "dear.toml")
    file.write_text(EXPERIMENT)
    sample = chokepoint.sweep(file)
sample.figure("tornado")

# %% [markdown]
# ## Where is the loss large?
#
# The worst quarter of futures counts as dear. PRIM peels the space to a box in which dear futures are dense. It sees the
# first half of the sample only: a box is as good as what it says of futures that it has not seen.

# %%
inputs = sample.experiments.to_pandas()[sample.parameters]
loss = np.array(sample.difference("hard-cap", "us-revenue-world"))
limit = float(np.quantile(loss, 0.25))
dear = loss <= limit
half = len(loss) // 2
box = prim.Prim(inputs[:half], dear[:half], threshold=0.5).find_box()
peeling = box.peeling_trajectory
# Of the boxes that hold at least three quarters of the dear futures that PRIM sees, the densest.
chosen = peeling[peeling["coverage"] >= 0.75]["density"].idxmax()
limits = box.box_lims[chosen]
bounds = [
    (name, float(limits[name].iloc[0]), float(limits[name].iloc[1]))
    for name in sample.parameters
    if limits[name].iloc[0] > inputs[name][:half].min() or limits[name].iloc[1] < inputs[name][:half].max()
]
pl.DataFrame(bounds, schema=["parameter", "from", "to"], orient="row")

# %% [markdown]
# ## Conclusion

# %%
inside = np.full(len(loss), True)
for name, least, most in bounds:
    inside &= ((inputs[name] >= least) & (inputs[name] <= most)).to_numpy()
new, new_dear = inside[half:], dear[half:]
density = float(new_dear[new].mean()) if new.any() else 0.0
coverage = float(new[new_dear].mean()) if new_dear.any() else 0.0
rate = float(new_dear.mean())
top = ", ".join(f"`{name}`" for name in ranked["parameter"][:3])
where = ", ".join(f"`{name}` from {least:.3g} to {most:.3g}" for name, least, most in bounds) or "no bound at all"
display(
    Markdown(
        f"""
Of {len(screening.parameters)} assumptions, {top} move the loss most. In the worst quarter of {len(loss)} futures US
suppliers' revenue changes by USD {limit:.0f} bn or worse. The box found in the first half: {where}. Of the futures in it that
were not seen, **{100 * density:.0f} %** are dear, against {100 * rate:.0f} % of all, and it holds {100 * coverage:.0f} % of the dear
ones. {"The rule tells dear futures from others." if density > 2 * rate else "The rule helps little: no simple box says when the cap is dear."}
"""
    )
)
