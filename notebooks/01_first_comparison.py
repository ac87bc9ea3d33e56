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
# # 01 First comparison
#
# **What does it cost US firms if the line of October 2022 is drawn as a fixed ceiling rather than as one that slides
# with the frontier, and what does the ceiling buy?**
#
# The study `since-2019` plays four regimes against a world without controls. Each replicate draws its own assumptions and events and
# plays every regime with the same draw, so that differences are taken within a replicate.

# %%
import os

import chokepoint
import numpy as np
import polars as pl
from IPython.display import Markdown, display

chokepoint.project()
REPLICATES = int(os.environ.get("CHOKEPOINT_REPLICATES", "100"))

# %%
comparison = chokepoint.compare(study="since-2019", replicates=REPLICATES, seed=1)
comparison

# %% [markdown]
# The table is that of the command `chokepoint compare since-2019`, and so is the directory of the run: every file in it is the
# same to the last bit.

# %%
comparison.figure("loss-fan")

# %% [markdown]
# What does a dollar of lost revenue buy? The lead is how many generations of logic chips China's best line is behind
# the best elsewhere at the end.

# %%
comparison.figure("frontier")

# %% [markdown]
# The numbers behind both charts are a row for each run. Differences are taken replicate by replicate.

# %%
HEADLINES = ["us-revenue-world", "lead-logic"]
runs = comparison.headlines.to_polars().with_columns(pl.col("scenario_id").cast(pl.String))
base = runs.filter(pl.col("scenario_id") == "baseline").select("experiment_id", *HEADLINES)
paired = (
    runs.join(base, on="experiment_id", suffix="_base")
    .filter(pl.col("scenario_id") != "baseline")
    .select("scenario_id", "experiment_id", *(pl.col(h) - pl.col(f"{h}_base") for h in HEADLINES))
)
quantiles = paired.group_by("scenario_id", maintain_order=True).agg(
    pl.col(h).quantile(q, "linear").alias(f"{h} {name}")
    for h in HEADLINES
    for q, name in [(0.05, "5 %"), (0.5, "median"), (0.95, "95 %")]
)
quantiles

# %% [markdown]
# ## Conclusion

# %%
cap, slide = (
    paired.filter(pl.col("scenario_id") == name).sort("experiment_id")
    for name in ["hard-cap", "sliding-scale"]
)
dearer = (cap["us-revenue-world"] - slide["us-revenue-world"]).to_numpy()
longer = (cap["lead-logic"] - slide["lead-logic"]).to_numpy()
bill, lag = np.median(dearer), np.median(longer)


def share(part: int) -> str:
    return f"{part} of {len(dearer)} replicates"


cost_more = int((dearer < 0).sum())
lead_more = int((longer > 0).sum())
clear = [part > 0.95 * len(dearer) for part in (cost_more, lead_more)]
verdict = {
    (True, True): "Both the cost and the gain in lead are clear.",
    (True, False): "The cost is clear, the gain in lead is not.",
    (False, True): "The gain in lead is clear, the cost is not.",
    (False, False): "Neither the cost nor the gain in lead is clear.",
}[clear[0], clear[1]]
display(
    Markdown(
        f"""
{comparison.finding}

Against the sliding scale, the fixed ceiling changes US suppliers' revenue by USD **{bill:+.0f} bn**
(median; {comparison.dollars}) and China's lag in logic by **{lag:+.1f} generations**. It
costs more in {share(cost_more)}, and China is further behind at the end in {share(lead_more)}.
{verdict} A model, not a forecast.
"""
    )
)
