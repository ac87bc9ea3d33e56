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
# # 02 Anatomy of design-out
#
# **In which segments do Chinese buyers replace US suppliers first under a hard cap, and is it the cap itself or what it
# teaches buyers?**
#
# Design-out is what outlasts a measure: buyers who have qualified another supplier do not come back when the rule goes.

# %%
import os

import chokepoint
import polars as pl
from IPython.display import Markdown, display

chokepoint.project()
REPLICATES = int(os.environ.get("CHOKEPOINT_REPLICATES", "60"))

# %% [markdown]
# The hard cap is compared with itself under buyers who draw no lesson from it: the perceived risk of a cut-off does not
# move what they buy (`belief-sensitivity = 0`). What is left is what the rule bars.

# %%
cap = chokepoint.load("hard-cap")
deaf = cap.with_(belief_sensitivity=0).named("no-distrust", "Hard cap, buyers draw no lesson")
comparison = chokepoint.compare([cap, deaf], replicates=REPLICATES, seed=2)
comparison.figure("design-out")

# %%
comparison.figure("share-panels")

# %% [markdown]
# ## Segment by segment
#
# Yearly purchases of Chinese-owned buyers by segment and by home of the supplier. The US share of a segment in a replicate,
# under the cap minus under no control in the same replicate: medians over replicates.

# %%
outcomes = comparison.outcomes.to_polars()
text = ["scenario_id", "quarter", "supplier_bloc", "segment", "metric"]
purchases = (
    outcomes.filter(pl.col("metric") == "segment-owned-purchases")
    .with_columns(pl.col(text).cast(pl.String))
    .with_columns(year=pl.col("quarter").str.head(4).cast(pl.Int32))
)
by_segment = (
    purchases.group_by("scenario_id", "experiment_id", "segment", "year")
    .agg(
        us=pl.col("value").filter(pl.col("supplier_bloc") == "us").sum(),
        all=pl.col("value").sum(),
    )
    .filter(pl.col("all") > 0)
    .with_columns(share=100 * pl.col("us") / pl.col("all"))
)
LAST = int(cap.end[:4])
keys = ["experiment_id", "segment", "year"]
base = by_segment.filter(pl.col("scenario_id") == "baseline").select(*keys, base="share", size="all")
effect = by_segment.join(base, on=keys).with_columns(lost=pl.col("share") - pl.col("base"))
table = (
    effect.filter((pl.col("year") == LAST) & pl.col("scenario_id").is_in(["hard-cap", "no-distrust"]))
    .group_by("segment", "scenario_id")
    .agg(pl.col("lost").median(), pl.col("base").median(), pl.col("size").median())
    .pivot("scenario_id", index=["segment", "base", "size"], values="lost")
    .filter(pl.col("base") > 10)
    .with_columns(taught=pl.col("hard-cap") - pl.col("no-distrust"))
    .sort("hard-cap")
    .rename({"base": f"US share {LAST} without control, %", "size": "purchases, USD m of 2019"})
)
table.head(12)

# %% [markdown]
# `hard-cap`: points of US share lost to the cap; `no-distrust`: what is lost if buyers draw no lesson; `taught`: the
# difference, which is what the rule teaches.

# %% [markdown]
# ## Conclusion

# %%
hit = table.filter(pl.col("hard-cap") < -5)
by_rule = hit.filter(pl.col("no-distrust") < 0.5 * pl.col("hard-cap"))
by_lesson = hit.filter(pl.col("no-distrust") >= 0.5 * pl.col("hard-cap"))


def names(rows: pl.DataFrame) -> str:
    return ", ".join(f"`{name}`" for name in rows["segment"]) or "none"


heads = comparison.headlines.to_polars().with_columns(pl.col("scenario_id").cast(pl.String))
revenue = {
    name: heads.filter(pl.col("scenario_id") == name).sort("experiment_id")["us-revenue-world"]
    for name in comparison.scenarios
}
whole = (revenue["hard-cap"] - revenue["baseline"]).median()
rule = (revenue["no-distrust"] - revenue["baseline"]).median()
assert isinstance(whole, float) and isinstance(rule, float)
display(
    Markdown(
        f"""
By {LAST} the cap costs US suppliers more than five points of share in **{len(hit)}** of {len(table)} segments in which they
would otherwise have more than 10 %. In {len(by_rule)} of these most of the loss is what the rule bars ({names(by_rule)}); in
{len(by_lesson)} most of it is what buyers learn from the rule ({names(by_lesson)}).

In money, world sales of US suppliers over the horizon change by USD {whole:+.0f} bn under the cap (median), and by USD
{rule:+.0f} bn if buyers draw no lesson from it ({comparison.dollars}).
"""
    )
)
