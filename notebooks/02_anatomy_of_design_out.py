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
import numpy as np
import polars as pl
from IPython.display import Markdown, display

chokepoint.project()
REPLICATES = int(os.environ.get("CHOKEPOINT_REPLICATES", "60"))

# %% [markdown]
# The hard cap is played twice, each time against no control: with buyers as they are, and with buyers who draw no lesson
# from it, because the perceived risk of a cut-off does not move what they buy (`belief-sensitivity = 0`, in the baseline,
# too). What is left then is what the rule bars and what follows from that. Seed and draws are the same.

# %%
cap = chokepoint.load("hard-cap")
taught = chokepoint.run(cap, replicates=REPLICATES, seed=2)
deaf = chokepoint.run(cap.with_(belief_sensitivity=0), replicates=REPLICATES, seed=2)
taught.figure("design-out")

# %%
taught.figure("share-panels")

# %% [markdown]
# The same without the lesson:

# %%
deaf.figure("share-panels")

# %% [markdown]
# ## Segment by segment
#
# Purchases of Chinese-owned buyers in the last year by segment and by home of the supplier. The US share of a segment in a
# replicate under the cap, minus that under no control in the same replicate: medians over replicates, in points.

# %%
LAST = int(cap.end[:4])


def lost(comparison: chokepoint.Comparison, name: str) -> pl.DataFrame:
    """Median change of the US share by segment, with the share and the size of the segment without control."""
    words = ["scenario_id", "quarter", "supplier_bloc", "segment", "metric"]
    bought = (
        comparison.outcomes.to_polars()
        .filter(pl.col("metric") == "segment-owned-purchases")
        .with_columns(pl.col(words).cast(pl.String))
        .filter(pl.col("quarter") == f"{LAST}Q4")
        .group_by("scenario_id", "experiment_id", "segment")
        .agg(us=pl.col("value").filter(pl.col("supplier_bloc") == "us").sum(), size=pl.col("value").sum())
        .filter(pl.col("size") > 0)
        .with_columns(share=100 * pl.col("us") / pl.col("size"))
    )
    free = bought.filter(pl.col("scenario_id") == "baseline")
    changes: pl.DataFrame = (
        bought.filter(pl.col("scenario_id") == "hard-cap")
        .join(free, on=["experiment_id", "segment"], suffix="_free")
        .group_by("segment")
        .agg(
            (pl.col("share") - pl.col("share_free")).median().alias(name),
            pl.col("share_free").median().alias("US share without control, %"),
            pl.col("size_free").median().alias("purchases, USD m of 2019"),
        )
    )
    return changes


names = pl.read_csv("scenarios/data/segments.csv", comment_prefix="#").select(segment="id", what="name")
table = (
    names.join(lost(taught, "all"), on="segment")
    .join(lost(deaf, "no lesson").select("segment", "no lesson"), on="segment")
    .filter(pl.col("US share without control, %") > 10)
    .with_columns(lesson=pl.col("all") - pl.col("no lesson"))
    .sort("all")
)
table.head(12)

# %% [markdown]
# `all`: points of US share lost to the cap; `no lesson`: what is lost if buyers draw no lesson; `lesson`: the difference.

# %% [markdown]
# ## Conclusion

# %%
hit = table.filter(pl.col("all") < -5)
by_rule = hit.filter(pl.col("no lesson") < 0.5 * pl.col("all"))
by_lesson = hit.filter(pl.col("no lesson") >= 0.5 * pl.col("all"))


def listed(rows: pl.DataFrame) -> str:
    return ", ".join(name.lower() for name in rows["what"][:5]) or "none"


def loss(comparison: chokepoint.Comparison) -> float:
    """Median change of US suppliers' revenue, USD bn."""
    heads = comparison.headlines.to_polars().with_columns(pl.col("scenario_id").cast(pl.String))
    wide = heads.pivot("scenario_id", index="experiment_id", values="us-revenue-world")
    return float(np.median((wide["hard-cap"] - wide["baseline"]).to_numpy()))


whole, rule = loss(taught), loss(deaf)
display(
    Markdown(
        f"""
By {LAST} the cap costs US suppliers more than five points of share in **{len(hit)}** of {len(table)} segments in which they
would otherwise have more than 10 %. In {len(by_rule)} of these more than half of the loss remains if buyers draw no lesson
(largest: {listed(by_rule)}); in {len(by_lesson)} most of it is the lesson (largest: {listed(by_lesson)}).

In money, world sales of US suppliers over the horizon change by USD {whole:+.0f} bn (median), and by USD {rule:+.0f} bn if
buyers draw no lesson: **{100 * (1 - rule / whole):.0f} %** of the bill is what the rule teaches ({taught.dollars}).
"""
    )
)
