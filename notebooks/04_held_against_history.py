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
# # 04 Held against history
#
# **Should one trust it? The model starts in 2019, sees no later share, and forecasts who sells what in 2024.**
#
# Parameters come by cross-validation: those for a fold of segments were fitted to the others. The measure of success is
# not the error alone but whether simple rules do better, and whether intervals hold what they promise.

# %%
import os

import chokepoint
import polars as pl
from IPython.display import Markdown, display

chokepoint.project()
REPLICATES = int(os.environ.get("CHOKEPOINT_REPLICATES", "100"))

# %%
hindcast = chokepoint.hindcast(2024, replicates=REPLICATES, seed=1)
display(Markdown("\n".join(f"- {premise}" for premise in hindcast.premises)))

# %%
hindcast.figure("backcast")

# %% [markdown]
# ## Scores against simple rules
#
# Mean absolute errors in percentage points; by size: weighted by world sales of the segment. `persistence` is the share
# of 2019; the constants are one share for all segments, fitted to 2024 itself.

# %%
scores = hindcast.scores.to_polars().with_columns(pl.col("country", "set", "forecast").cast(pl.String))
scores.filter(pl.col("set") == "all").select(
    "country", "forecast", "segments", "mae_pp", "size_weighted_mae_pp", "crps_pp", "coverage_50", "coverage_90"
)

# %% [markdown]
# ## The largest misses

# %%
segments = hindcast.segments.to_polars().with_columns(pl.col("name", "country").cast(pl.String))
misses = (
    segments.drop_nulls("miss_pp")
    .with_columns(size=pl.col("miss_pp").abs())
    .sort("size", descending=True)
    .select("country", "name", "base_pct", "p5", "p50", "p95", "observed_pct", "miss_pp")
)
misses.head(8)

# %% [markdown]
# ## Conclusion

# %%


def score(country: str, forecast: str, column: str) -> float:
    row = scores.filter(
        (pl.col("set") == "all") & (pl.col("country") == country) & (pl.col("forecast") == forecast)
    )
    value: float = row[column].item()
    return value


sentences = []
for code, name in [("CHN", "China"), ("USA", "the United States")]:
    model = score(code, "model", "size_weighted_mae_pp")
    persistence = score(code, "persistence", "size_weighted_mae_pp")
    verdict = "closer than" if model < persistence else "further off than"
    held = 100 * score(code, "model", "coverage_90")
    sentences.append(
        f"For {name} the model's error by size is {model:.1f} points, {verdict} the share of 2019 carried forward "
        f"({persistence:.1f}); its 90 % intervals hold {held:.0f} % of the observed shares."
    )
worst = misses.row(0, named=True)
display(
    Markdown(
        " ".join(sentences)
        + f" The largest miss is {worst['name'].lower()} ({worst['country']}): {worst['observed_pct']:.0f} % observed, "
        f"{worst['p50']:.0f} % forecast.\n\nA good hindcast would be no evidence for the counterfactual: rising distrust, "
        "mandates and research fit one history alike and differ in what happens without controls."
    )
)
