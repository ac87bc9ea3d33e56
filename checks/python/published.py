"""Published estimates beside the model: reads three run directories, prints JSON.

    chokepoint compare chip-ban chip-listings --out RUNS/bcg
    chokepoint compare chip-ban-2025 --baseline history --out RUNS/itif
    chokepoint compare history --baseline without-october-2022 --out RUNS/rule
    python checks/python/published.py RUNS > docs/published.json

Each estimate is of chip firms or toolmakers in one year, against a baseline: the runs are set up to match. Values are
medians and 90 % intervals over paired replicates.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

# Price level of data/deflator.csv, 2019 = 1.
PRICE = {2023: 1.175, 2025: 1.2281}


def yearly(run, metric, year):
    """Sums of a metric over a year: scenario -> supplier bloc -> values by replicate."""
    columns = ["scenario_id", "experiment_id", "quarter", "supplier_bloc", "metric", "value"]
    table = pq.read_table(run / "outcomes.parquet", columns=columns, filters=[("metric", "=", metric)])
    table = table.filter(pc.starts_with(table["quarter"], str(year)))
    sums = table.group_by(["scenario_id", "supplier_bloc", "experiment_id"]).aggregate([("value", "sum")])
    found = {}
    for row in sums.to_pylist():
        by_bloc = found.setdefault(row["scenario_id"], {}).setdefault(row["supplier_bloc"], {})
        by_bloc[row["experiment_id"]] = row["value_sum"]
    return {
        s: {b: np.array([v[r] for r in sorted(v)]) for b, v in blocs.items()} for s, blocs in found.items()
    }


def spread(values):
    low, mid, high = np.quantile(values, [0.05, 0.5, 0.95])
    return {"p5": low, "p50": mid, "p95": high}


def chips(run, scenario, baseline, year):
    sales = yearly(run, "chip-revenue", year)
    with_, without = sales[scenario], sales[baseline]
    share = lambda s: s["us"] / sum(s.values())
    lost = with_["us"] - without["us"]
    gains = {bloc: with_[bloc] - without[bloc] for bloc in ("china", "third")}
    research = yearly(run, "research-spending", year)
    return {
        "revenue_pct": spread(100 * lost / without["us"]),
        "revenue_usd_bn": spread(lost * PRICE[year] / 1000),
        "share_pp": spread(100 * (share(with_) - share(without))),
        "china_part_of_gains_pct": spread(100 * gains["china"] / (gains["china"] + gains["third"])),
        "research_of_all_us_suppliers_pct": spread(
            100 * (research[scenario]["us"] / research[baseline]["us"] - 1)
        ),
    }


def firms(run, year):
    table = pq.read_table(run / "firms.parquet").filter(pc.field("year") == year).to_pylist()
    found = {}
    for firm in ("amat", "lam", "kla"):
        by = lambda s: np.array(
            [
                row["revenue"]
                for row in sorted(table, key=lambda row: row["experiment_id"])
                if row["scenario_id"] == s and row["firm"] == firm
            ]
        )
        lost = (by("history") - by("without-october-2022")) * PRICE[year] / 1000
        found[firm] = spread(lost)
    return found


def main(runs):
    runs = Path(runs)
    out = {
        "bcg-decoupling": chips(runs / "bcg", "chip-ban", "baseline", 2023),
        "bcg-status-quo": chips(runs / "bcg", "chip-listings", "baseline", 2023),
        "itif-decoupling": chips(runs / "itif", "chip-ban-2025", "history", 2025),
        "october-2022": firms(runs / "rule", 2023),
    }
    manifests = {run: json.loads((runs / run / "manifest.json").read_text()) for run in ("bcg", "itif", "rule")}
    out["runs"] = {
        run: {"seed": m.get("seed"), "replicates": m.get("replicates")} for run, m in manifests.items()
    }
    rounded = json.loads(json.dumps(out), parse_float=lambda x: round(float(x), 3))
    print(json.dumps(rounded, indent=2))


if __name__ == "__main__":
    main(sys.argv[1])
