//! The part of `docs/validation.md` about what the model does not explain: drifts that lead runs to the later table, and what
//! it explains without them.
//!
//! Invariant: every number comes from the JSON of hindcasts.

use std::fmt::Write as _;

use serde_json::Value;

use super::page::{number, rows, text};

const HOW: &str = "\n## What the model does not explain\n\n\
Questions of today are asked of runs that are led through the shares of the later table by a drift of their unexplained utility, common to the makers of a country in a segment \
([decision 28](decisions/0028-standing.md)). The drift is what the model does not explain: e⁰·⁷ doubles the odds of being chosen. `rest` are the countries with less than one percent.\n\n\
```console\n\
$ chokepoint hindcast --from 2024 --to 2025 --json --quiet > docs/validation-standing.json\n```\n";

const WORLDS: &str = "\n### Worlds of which the truth is known\n\n\
A run of the model itself, with its own parameters and luck, prints a table of 2024 and one of 2025; others stand in the first and forecast the second. Size-weighted mean absolute error of China's and the US \
shares, 20 worlds, 9 replicates each (`CHOKEPOINT_WORLDS=20 cargo test --release -p sim-lab --test it standing:: -- --nocapture`). It shows that standing carries what the model knows, not that the model is right.\n\n";

/// The section; `worlds` are the lines of the table of worlds of our own.
pub(super) fn unexplained(page: &mut String, plain: &Value, standing: &Value, worlds: &str) {
    page.push_str(HOW);
    explained(page, plain);
    drifts(page, standing);
    page.push_str(WORLDS);
    page.push_str(worlds);
}

/// How much of the change between both tables the forecasts without a drift explain, by size.
fn explained(page: &mut String, run: &Value) {
    let of = |country: &str| {
        let (mut left, mut all) = (0.0, 0.0);
        for row in rows(run, "segments").iter().filter(|row| text(row, "country") == country) {
            let value = |key: &str| row[key].as_f64().unwrap_or(0.0);
            let weight = value("world_size_usd_m");
            left += weight * (value("observed_pct") - value("p50")).powi(2);
            all += weight * (value("observed_pct") - value("base_pct")).powi(2);
        }
        number(&Value::from(1.0 - left / all), 2)
    };
    let _ = write!(
        page,
        "\nWithout it, by cross-validation: of the squared change of shares from {} to {}, weighted by size, the median forecasts explain {} for China and {} for the United \
         States (1 is all, 0 is what the shares of {} explain, less is worse than those).\n",
        run["from"],
        run["to"],
        of("CHN"),
        of("USA"),
        run["from"],
    );
}

fn drifts(page: &mut String, run: &Value) {
    page.push_str(
        "\n![Drifts of China\u{2019}s and of US makers by segment](img/figures/drifts.svg)\n",
    );
    let _ = write!(
        page,
        "\nThe largest drifts by segment, {} replicates of the ensemble; logits from the base year to {}, median (90 %). Miss: how far runs stay off the segment's shares, points, \
         median and ninth decile.\n\n| segment | country | {} | drift | miss |\n| --- | --- | ---: | ---: | ---: |\n",
        run["replicates"], run["from"], run["from"]
    );
    let size = |row: &&Value| row["p50"].as_f64().unwrap_or(0.0).abs();
    let printed = |row: &&Value| row["observed_pct"].as_f64().unwrap_or(0.0) >= 0.5;
    let mut found: Vec<&Value> = rows(run, "unexplained").iter().filter(printed).collect();
    found.sort_by(|a, b| size(b).total_cmp(&size(a)));
    for row in found.into_iter().take(25) {
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} ({} to {}) | {} / {} |",
            text(row, "segment_id"),
            text(row, "country"),
            number(&row["observed_pct"], 1),
            number(&row["p50"], 1),
            number(&row["p5"], 1),
            number(&row["p95"], 1),
            number(&row["miss_p50"], 2),
            number(&row["miss_p90"], 2),
        );
    }
}
