//! The part of `docs/validation.md` about figures of firms and markets.
//!
//! Invariant: every number comes from the JSON of a hindcast.

use std::fmt::Write as _;

use serde_json::Value;

use super::facts::NOT_HELD;
use super::page::{number, rows, text};

const HOW: &str = "\n## Facts of firms and markets\n\n\
Figures with period, range, error, source and definition stand in `scenarios/data/panel.csv`, their sources in `panel_sources.csv`; \
the definitions and errors were fixed before the model was changed ([decision 25](decisions/0025-facts-like-for-like.md)). A figure is *inside* \
if the range that agrees with its source overlaps the 90 % interval of what a source would show of the runs: the value of each \
replicate plus a normal error of measurement, whose 90 % half-width is the stated error. Money is nominal; a window that cuts a quarter takes \
its part of the days. What is shown only, or from memory, enters no count. Several periods of one firm are not independent, so scores stand by \
firm, too.\n";

/// The section.
pub(super) fn facts(page: &mut String, run: &Value) {
    page.push_str(HOW);
    summaries(page, run);
    let _ = write!(
        page,
        "\n### Scored facts\n\nPercent where nothing else is said. Runs: median (90 %); with error: 90 % interval of what a source would show. \
         Announced losses: {} pairs of runs.\n\n\
         | | fact | period | observed | ± | source (seen) | runs | with error | |\n\
         | --- | --- | --- | ---: | ---: | --- | --- | --- | --- |\n",
        run["pairs"]
    );
    for fact in of(run, "fact") {
        let _ = writeln!(
            page,
            "| {} | {}{} | {} | {} | {} | {} ({}) | {} | {} to {} | {} |",
            text(fact, "id"),
            text(fact, "what"),
            unit(fact),
            period(fact),
            text(fact, "observed"),
            number(&fact["error"], 1),
            text(fact, "source"),
            text(fact, "grade"),
            runs(fact),
            number(&fact["low"], 1),
            number(&fact["high"], 1),
            verdict(fact),
        );
    }
    page.push_str(
        "\n### Scored apart: quarters, tools and services, single makers\n\n\
         | | figure | period | observed | ± | runs | with error | |\n| --- | --- | --- | ---: | ---: | --- | --- | --- |\n",
    );
    for fact in of(run, "panel") {
        let _ = writeln!(
            page,
            "| {} | {}{} | {} | {} | {} | {} | {} to {} | {} |",
            text(fact, "id"),
            text(fact, "what"),
            unit(fact),
            period(fact),
            text(fact, "observed"),
            number(&fact["error"], 1),
            runs(fact),
            number(&fact["low"], 1),
            number(&fact["high"], 1),
            verdict(fact),
        );
    }
    shown(page, run);
}

/// How many are inside, how wide, and by firm.
fn summaries(page: &mut String, run: &Value) {
    for (role, what) in [("fact", "facts"), ("panel", "other figures")] {
        let Some(summary) = rows(run, "fact_scores").iter().find(|s| s["role"] == role) else {
            continue;
        };
        let _ = write!(
            page,
            "\n{} of {} {what} are inside. Their 90 % intervals are {} points wide on average, {} without the error of measurement.",
            summary["inside"],
            summary["scored"],
            number(&summary["mean_width"], 1),
            number(&summary["mean_width_of_runs"], 1),
        );
        if !summary["mean_miss_of_pooled"].is_null() {
            let _ = write!(
                page,
                " The five firms' shares of China in their last year are missed by {} points on average.",
                number(&summary["mean_miss_of_pooled"], 1)
            );
        }
        let by_firm: Vec<String> = rows(summary, "by_firm")
            .iter()
            .map(|group| {
                let miss = number(&group["mean_miss"], 1);
                let points = if miss.is_empty() { miss } else { format!(", off by {miss}") };
                format!(
                    "{} {} of {}{points}",
                    text(group, "whose"),
                    group["inside"],
                    group["scored"]
                )
            })
            .collect();
        let _ = writeln!(page, " By firm: {}.", by_firm.join("; "));
    }
}

/// What is shown only, what the definitions mean, and what is no row.
fn shown(page: &mut String, run: &Value) {
    page.push_str(
        "\n### Shown, not scored\n\n| | figure | period | observed | seen | runs |\n| --- | --- | --- | ---: | --- | --- |\n",
    );
    for fact in of(run, "shown") {
        let _ = writeln!(
            page,
            "| {} | {}{} | {} | {} | {} | {} |",
            text(fact, "id"),
            text(fact, "what"),
            unit(fact),
            period(fact),
            text(fact, "observed"),
            text(fact, "grade"),
            runs(fact),
        );
    }
    page.push_str("\nWhat of a run a figure is held against:\n\n");
    for definition in rows(run, "fact_definitions") {
        let _ =
            writeln!(page, "- `{}`: {}.", text(definition, "word"), text(definition, "meaning"));
    }
    page.push_str("\nOf the list of facts, but no row:\n\n");
    for (id, why) in NOT_HELD {
        let _ = writeln!(page, "- {id}: {why}.");
    }
}

fn of<'a>(run: &'a Value, role: &'a str) -> impl Iterator<Item = &'a Value> {
    rows(run, "facts").iter().filter(move |fact| fact["role"] == role)
}

fn unit(fact: &Value) -> String {
    match text(fact, "unit") {
        "percent" => String::new(),
        unit => format!(", {unit}"),
    }
}

/// A period in as few letters as say it: a year, or two days.
fn period(fact: &Value) -> String {
    let days = text(fact, "period");
    match days.split_once(" to ") {
        Some((start, end))
            if start.ends_with("-01-01") && end.ends_with("-12-31") && start[..4] == end[..4] =>
        {
            start[..4].to_owned()
        }
        _ => days.to_owned(),
    }
}

fn runs(fact: &Value) -> String {
    let digits = usize::from(text(fact, "unit") != "USD m");
    let at = |key: &str| number(&fact[key], digits);
    format!("{} ({} to {})", at("p50"), at("p5"), at("p95"))
}

fn verdict(fact: &Value) -> &'static str {
    if fact["inside"] == true { "inside" } else { "**outside**" }
}
