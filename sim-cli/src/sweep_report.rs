//! What a sweep says: before, while and after.

use comfy_table::{Cell, CellAlignment};
use sim_lab::finding::{interval, number};
use sim_lab::sweep::{Finished, Prepared, Sweep, Tally, look};
use sim_stats::summary::Summary;

use crate::args::Global;
use crate::out::{errln, outln};
use crate::sweep::shards_of;
use crate::wrap::wrapped;
use crate::{events, table};

/// Rows beyond which the table shows the watched outcome only.
const LONG: usize = 40;
/// Arms in the progress line.
const IN_LINE: usize = 4;

/// Runs, time and disk.
pub(crate) fn announce(prepared: &Prepared, threads: usize, dry: bool, global: &Global) {
    let plan = &prepared.plan;
    let runs = plan.replicates * plan.arms.len();
    let seconds = plan.replicates as f64 * plan.seconds_per_replicate / threads as f64;
    if dry && global.json {
        let line = serde_json::json!({
            "runs": runs, "replicates": plan.replicates,
            "arms": plan.arms.len(), "seconds": seconds, "threads": threads,
            "bytes": prepared.bytes(), "shards": plan.shards, "shard_size": plan.shard_size,
        });
        events::print("planned", &line);
        return;
    }
    let seeds = plan.design.seeds_per_draw;
    let points = plan.replicates / seeds;
    let kind = plan.design.kind.as_str();
    let text = [format!(
        "{runs} runs: {} arms \u{d7} {points} points ({kind}, {} parameters vary) \u{d7} {seeds} \
         seed{} a point \u{d7} {} quarters",
        plan.arms.len(),
        plan.uncertain.len(),
        if seeds == 1 { "" } else { "s" },
        prepared.quarters,
    ),
    format!("about {} on {threads} thread{}, {} of disk; {}",
        time(seconds),
        if threads == 1 { "" } else { "s" },
        size(prepared.bytes()),
        shards_of(plan)
    )]
    .map(|line| wrapped("", &line))
    .join("\n");
    if dry {
        outln!("{text}");
    } else if !global.quiet {
        errln!("{text}");
    }
}

/// The watched contrast so far.
pub(crate) fn answer(sweep: &Sweep, tally: &Tally) -> String {
    let column = &sweep.columns()[sweep.contrast()];
    let parts: Vec<String> = (1..sweep.arms().min(IN_LINE + 1))
        .map(|arm| {
            let seen = look(tally, arm);
            let id = &sweep.plan.arms[arm].arm.id;
            format!(
                "{id} {}",
                plus_minus(seen.estimate.value, seen.half_width, column.decimals + 1)
            )
        })
        .collect();
    let more = sweep.arms().saturating_sub(IN_LINE + 1);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}, {}: {}{more}", column.label, column.unit, parts.join(" \u{b7} "))
}

/// Table and paths, or NDJSON.
pub(crate) fn print(sweep: &Sweep, merged: &Finished, seconds: Option<f64>, global: &Global) {
    let path = sweep.directory.display().to_string();
    if global.json {
        json(sweep, merged, &path);
        return;
    }
    outln!("{}", table(sweep, &merged.tally));
    let n = merged.tally.replicates();
    let end = match (merged.stopped, merged.complete) {
        (Some(_), _) => format!("{n} paired replicates: every contrast is known well enough."),
        (None, true) => format!("{n} paired replicates."),
        (None, false) => format!("{n} of {} paired replicates so far.", sweep.plan.replicates),
    };
    let from = &sweep.plan.arms[0].arm.id;
    outln!("{}", wrapped("", &format!("Differences from {from}, money in 2019 dollars; {end}")));
    if !global.quiet {
        let took = seconds.map_or_else(|| time(merged.seconds) + " of computing", time);
        errln!("\n{took}. Results: {path}/summary.csv, outcomes.parquet, experiments.parquet");
    }
}

fn json(sweep: &Sweep, merged: &Finished, path: &str) {
    for (a, arm) in sweep.plan.arms.iter().enumerate() {
        for (c, column) in sweep.columns().iter().enumerate() {
            let line = serde_json::json!({
                "scenario": arm.arm.id, "outcome": column.name,
                "unit": column.unit, "level": events::summary(&merged.tally.level(a, c)),
                "difference": events::summary(&merged.tally.difference(a, c)),
            });
            events::print("result", &line);
        }
    }
    let line = serde_json::json!({
        "run": path, "replicates": merged.tally.replicates(),
        "complete": merged.complete, "seconds_of_computing": merged.seconds,
        "outcomes_sha256": merged.outcomes,
    });
    events::print("finished", &line);
}

fn table(sweep: &Sweep, tally: &Tally) -> String {
    let mut table = table::fitting();
    let head = ["", "level, median (5 % to 95 %)", "difference", "its mean \u{b1} 95 %"];
    table.add_row(head.map(|text| Cell::new(text).set_alignment(CellAlignment::Right)));
    let columns = sweep.columns();
    let all = columns.len() * sweep.arms() <= LONG;
    for (c, column) in columns.iter().enumerate().filter(|(c, _)| all || *c == sweep.contrast()) {
        table.add_row([Cell::new(format!("{}, {}", column.label, column.unit))]);
        for arm in 0..sweep.arms() {
            let id = Cell::new(format!("  {}", sweep.plan.arms[arm].arm.id));
            let cells = row(sweep, tally, arm, c);
            let right = |t: String| Cell::new(t).set_alignment(CellAlignment::Right);
            table.add_row(std::iter::once(id).chain(cells.map(right)));
        }
    }
    table.to_string()
}

fn row(sweep: &Sweep, tally: &Tally, arm: usize, c: usize) -> [String; 3] {
    let column = &sweep.columns()[c];
    let level = tally.level(arm, c);
    let level = match sweep.never(column) {
        Some(horizon) => time_until(&level, horizon, column.decimals),
        None => interval(&level, column.decimals),
    };
    if arm == 0 {
        return [level, String::new(), String::new()];
    }
    let difference = tally.difference(arm, c);
    let mean = plus_minus(difference.mean, 1.96 * difference.error, column.decimals + 1);
    [level, interval(&difference, column.decimals), mean]
}

/// Years to an event: those at the horizon are of runs in which it never came.
fn time_until(years: &Summary, horizon: f64, decimals: usize) -> String {
    const NEVER: &str = "not before the end";
    let (first, median) = (number(years.p5, decimals), number(years.p50, decimals));
    match () {
        () if years.p5 >= horizon => NEVER.to_owned(),
        () if years.p50 >= horizon => format!("{NEVER} (from {first})"),
        () if years.p95 >= horizon => format!("{median} (from {first})"),
        () => interval(years, decimals),
    }
}

/// A mean and the half-width of its interval.
fn plus_minus(mean: f64, half: f64, decimals: usize) -> String {
    let sign = if mean < 0.0 { "\u{2212}" } else { "+" };
    let half = if half.is_finite() { format!("{half:.decimals$}") } else { "?".to_owned() };
    format!("{sign}{:.decimals$} \u{b1} {half}", mean.abs())
}

/// A time for people.
pub(crate) fn time(seconds: f64) -> String {
    match seconds {
        s if s < 10.0 => format!("{s:.1} s"),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}

/// A size for people.
pub(crate) fn size(bytes: u64) -> String {
    match bytes as f64 {
        b if b < 1e6 => format!("{:.0} kB", (b / 1e3).max(1.0)),
        b if b < 1e9 => format!("{:.1} MB", b / 1e6),
        b => format!("{:.1} GB", b / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_that_never_comes_is_no_number_of_years() {
        let of = |times: &[f64]| time_until(&Summary::of(times), 8.0, 1);
        assert_eq!(of(&[8.0; 5]), "not before the end");
        assert_eq!(of(&[2.0, 2.0, 8.0, 8.0, 8.0]), "not before the end (from 2.0)");
        assert_eq!(of(&[2.0, 2.0, 2.0, 8.0, 8.0]), "2.0 (from 2.0)");
        assert_eq!(of(&[2.0; 5]), "2.0 (2.0 to 2.0)");
    }
}
