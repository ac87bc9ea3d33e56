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
# # 05 Write your own regime
#
# **What if the ceiling had been announced a year before it came into force, and enforced at half strength?**
#
# A regime is a file that extends another. Mistakes are told all at once, with line and column; what is right becomes a
# scenario that can be compared, changed and drawn like any other.

# %%
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import chokepoint
import numpy as np
import numpy.typing as npt
import polars as pl
from IPython.display import Markdown, display

chokepoint.project()
REPLICATES = int(os.environ.get("CHOKEPOINT_REPLICATES", "60"))

# %% [markdown]
# ## With a slip
#
# The first draft has a misspelt key and a date that is none.

# %%
DRAFT = """
schema = 1
extends = "hard-cap.toml"
title = "Announced early, enforced by half"

[measures.hard-cap]
announced = "2021Q4"
enforcment = 0.5

[measures.hard-cap-lines]
announced = "last winter"
"""
place = TemporaryDirectory()
file = Path(place.name, "early.toml")
file.write_text(DRAFT)
try:
    chokepoint.load(file)
except chokepoint.ScenarioError as error:
    problems = error.problems
    print(error)

# %% [markdown]
# ## Put right

# %%
file.write_text(
    DRAFT.replace("enforcment", "enforcement").replace('"last winter"', '"2021Q4"')
)
early = chokepoint.load(file)
early

# %% [markdown]
# Variants need no file: the same regime at full strength, from values.

# %%
strong = early.with_(
    measures={"hard-cap": {"enforcement": 1.0}},
).named("early-strong", "Announced early, fully enforced")
comparison = chokepoint.compare(["hard-cap", early, strong], replicates=REPLICATES, seed=4)
comparison

# %%
comparison.figure("leakage")

# %%
comparison.figure("dumbbell")

# %% [markdown]
# ## Before the ceiling came
#
# Purchases of Chinese-owned buyers from US suppliers in the year between announcement and force, against no control.

# %%
outcomes = comparison.outcomes.to_polars()
year = [f"2021Q{q}" for q in (4,)] + [f"2022Q{q}" for q in (1, 2, 3)]
rows = outcomes.with_columns(pl.col("scenario_id", "quarter", "supplier_bloc", "metric").cast(pl.String)).filter(
    (pl.col("metric") == "owned-purchases") & (pl.col("supplier_bloc") == "us") & pl.col("quarter").is_in(year)
)
bought = (
    rows.group_by("scenario_id", "experiment_id")
    .agg(pl.col("value").sum() / 1000)
    .pivot("scenario_id", index="experiment_id", values="value")
    .sort("experiment_id")
)
ahead = {name: (bought[name] - bought["baseline"]) for name in comparison.scenarios[1:]}
pl.DataFrame({"scenario": list(ahead), "median, USD bn of 2019": [series.median() for series in ahead.values()]})

# %% [markdown]
# ## Conclusion

# %%
heads = comparison.headlines.to_polars().with_columns(pl.col("scenario_id").cast(pl.String))


def change(headline: str) -> npt.NDArray[np.float64]:
    """Of the early cap from the cap as it was, replicate by replicate."""
    early, cap = (
        heads.filter(pl.col("scenario_id") == scenario).sort("experiment_id")[headline].to_numpy()
        for scenario in ["early", "hard-cap"]
    )
    difference: npt.NDArray[np.float64] = early - cap
    return difference


cost, lead, rush = change("us-revenue-world"), change("lead-logic"), ahead["early"].to_numpy()
word = "more" if np.median(rush) > 0 else "less"


def signed(values: npt.NDArray[np.float64], decimals: int) -> str:
    """The median with its sign; zero has none of its own."""
    return f"{round(float(np.median(values)), decimals) + 0.0:+.{decimals}f}"


display(
    Markdown(
        f"""
{len(problems)} slips were told at once, at {", ".join(f"{Path(p.path).name}:{p.line}:{p.column}" for p in problems)}.

In the year before the ceiling, Chinese-owned buyers take **{word}** US goods than without control (median USD
{signed(rush, 1)} bn of 2019; above zero in {int((rush > 0).sum())} of {len(rush)} replicates). Against the cap as it was
announced and enforced, the early and half-enforced one changes US suppliers' revenue by USD {signed(cost, 0)} bn and
China's lag in logic by {signed(lead, 1)} generations (medians of paired differences; the lag is shorter in
{int((lead < 0).sum())} of {len(lead)} replicates).
"""
    )
)
place.cleanup()
