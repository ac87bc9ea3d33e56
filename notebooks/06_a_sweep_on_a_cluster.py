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
# # 06 A sweep on a cluster
#
# **How much does the coverage of allies buy? A sweep cut into shards, run by a scheduler, read back with SQL.**
#
# A plan is a file; a shard is a pure function of the plan and its number; what is there is read from files, never from
# the scheduler. Here the cluster is HyperQueue's local one, with two workers of one core; on a real one the same task
# is an array job (docs/cluster.md).

# %%
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import chokepoint
import duckdb
from hyperqueue import Job, LocalCluster
from hyperqueue.cluster import WorkerConfig
from IPython.display import Markdown, display

chokepoint.project()
REPLICATES = int(os.environ.get("CHOKEPOINT_REPLICATES", "64"))

# %%
place = TemporaryDirectory()
directory = Path(place.name, "allies")
manifest, shards = chokepoint.plan("allies", size=REPLICATES, shard_size=-(-REPLICATES // 6), out=directory)
shards

# %% [markdown]
# ## On the cluster
#
# Each task runs one shard in a process of its own; the scheduler gives it its number.

# %%
TASK = "import os, sys, chokepoint; chokepoint.run_shard(sys.argv[1], int(os.environ['HQ_TASK_ID']))"
with LocalCluster() as cluster:
    for _ in range(2):
        cluster.start_worker(WorkerConfig(cores=1))
    client = cluster.client()
    job = Job(max_fails=0)
    for _ in range(shards):
        job.program([sys.executable, "-c", TASK, str(manifest)], stdout=None, stderr=None)
    client.wait_for_jobs([client.submit(job)])

# %% [markdown]
# ## Merged and read with SQL
#
# The merge checks that every shard is there and whole. duckdb reads the table where it stands.

# %%
swept = chokepoint.merge(directory)
outcomes = swept.outcomes
answer = duckdb.sql(
    """
    select a.scenario_id as arm,
           count(*) as runs,
           median(a."us-revenue-world" - b."us-revenue-world") as revenue,
           median(a."lead-logic" - b."lead-logic") as lead
    from outcomes a join (select * from outcomes where scenario_id = 'baseline') b
      using (experiment_id, replication_id)
    where a.scenario_id <> 'baseline' group by arm order by arm
    """
)
answer

# %%
swept.figure("tornado")

# %% [markdown]
# ## Conclusion

# %%
assert answer is not None
rows = {str(arm): (int(runs), float(revenue), float(lead)) for arm, runs, revenue, lead in answer.fetchall()}
alone = next(name for name in rows if name.startswith("hard-cap") and "allied" not in name)
allied = {name: row for name, row in rows.items() if "allied" in name}
best = max(allied, key=lambda name: allied[name][2])
gain = allied[best][2] - rows[alone][2]
bill = allied[best][1] - rows[alone][1]
display(
    Markdown(
        f"""
{shards} shards on two workers gave {swept.replicates} replicates of {len(swept.arms)} arms, and
{"all" if swept.complete else "not all"} that was planned. Of the arms with allies, `{best}` puts China furthest back: a median of
**{allied[best][2]:.1f} generations** more than without control, {gain:+.1f} against `{alone}`. US suppliers' revenue then
differs from `{alone}` by USD {bill:+.0f} bn.
{"Allies buy lead that the United States alone does not." if gain > 0.05 else "Coverage by allies buys hardly any lead here."}
"""
    )
)
place.cleanup()
