//! A hindcast as a table for the terminal, or as JSON.

use comfy_table::{Cell, CellAlignment};
use sim_lab::hindcast::asked::{Outcome, Source};
use sim_lab::hindcast::facts::{Fact, NOT_HELD, Summary, definitions};
use sim_lab::hindcast::report::{Row, Score, Scored, worst};
use sim_lab::hindcast::scores::HALF_UNIT;

use crate::args::Global;
use crate::events;
use crate::out::outln;
use crate::table;
use crate::wrap::{WIDTH, broken};

/// Misses that are shown by name, for each country.
const MISSES: usize = 6;

/// Prints the outcome.
pub(crate) fn print(outcome: &Outcome, with_facts: bool, global: &Global) {
    if global.json {
        // The answer carries what makes it an event, for those who keep it in a file.
        let mut answer = outcome.json();
        if let Some(keys) = answer.as_object_mut() {
            keys.retain(|key, _| !["schema", "event"].contains(&key.as_str()));
        }
        events::print("hindcast", &answer);
        return;
    }
    outln!("{}", lines(&outcome.premises()));
    if let Some(scored) = &outcome.scored {
        outln!("\n{}\n{}", scores(scored), notes(outcome, scored));
    } else {
        outln!("\nNo observed table of {}: projections, no score.", outcome.question.to);
    }
    for (country, name) in [("CHN", "China"), ("USA", "the United States")] {
        if outcome.scored.is_some() {
            outln!("\nLargest misses of the share of {name}, percent");
            outln!("{}", shares(&worst(&outcome.segments, country, MISSES), outcome));
        } else {
            let rows: Vec<&Row> =
                outcome.segments.iter().filter(|row| row.country == country).collect();
            outln!("\nShare of {name}, percent\n{}", shares(&rows, outcome));
        }
    }
    if with_facts {
        for (role, title) in [
            ("fact", "Facts of firms and markets, percent; announced losses USD bn"),
            ("panel", "Scored apart: quarters, tools, services; sales of makers USD m"),
            ("shown", "Shown, not scored"),
        ] {
            outln!("\n{title}\n{}", facts(&outcome.facts, role));
        }
        outln!("\n{}", lines(&counts(&outcome.summaries)));
        for (word, text) in definitions(&outcome.facts) {
            outln!("{}", broken(&format!("{word}: {text}."), WIDTH));
        }
        let open: Vec<String> = NOT_HELD.iter().map(|(id, why)| format!("{id} ({why})")).collect();
        outln!("{}", broken(&format!("No test here: {}.", open.join("; ")), WIDTH));
    }
}

/// Sentences, each on a line of its own, wrapped.
fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| broken(line, WIDTH)).collect::<Vec<_>>().join("\n")
}

fn label(forecast: &str) -> &str {
    match forecast {
        "model" => "  model",
        "persistence" => "  base-year share",
        "constant" => "  one share for all segments*",
        "constant-roster" => "  one share if on the base roster*",
        _ => "  linear trend",
    }
}

/// The scores by country and set.
fn scores(scored: &Scored) -> String {
    let mut table = table::fitting();
    let heads = ["MAE", "by size", "CRPS", "in 50 %", "in 90 %"];
    table.add_row(std::iter::once(Cell::new("points")).chain(heads.map(right)));
    let mut section = ("", "");
    for score in &scored.scores {
        if (score.country, score.set) != section {
            section = (score.country, score.set);
            let country = if score.country == "CHN" { "China" } else { "United States" };
            let set = match score.set {
                "all" => "all",
                _ => "active (China above 0):",
            };
            table.add_row([Cell::new(format!("{country}, {set} {} segments", score.segments))]);
        }
        table.add_row(line(score));
    }
    table.to_string()
}

fn line(score: &Score) -> Vec<Cell> {
    if score.mae_pp.is_none() {
        return vec![Cell::new(label(score.forecast)), right("n/a")];
    }
    let points = |x: Option<f64>| right(&x.map_or_else(String::new, |x| format!("{x:.2}")));
    let percent =
        |x: Option<f64>| right(&x.map_or_else(String::new, |x| format!("{:.0} %", 100.0 * x)));
    vec![
        Cell::new(label(score.forecast)),
        points(score.mae_pp),
        points(score.size_weighted_mae_pp),
        points(score.crps_pp),
        percent(score.coverage_50),
        percent(score.coverage_90),
    ]
}

/// How to read the scores, and the answer in words.
fn notes(outcome: &Outcome, scored: &Scored) -> String {
    let to = outcome.question.to;
    let mut lines = vec![
        format!(
            "MAE: mean absolute error of the median, percentage points; by size: weighted by world sizes of {to}. \
             CRPS: fair to the size of the ensemble. In 50 %, 90 %: segments whose central interval holds the \
             observed share, as printed (within {HALF_UNIT} points)."
        ),
        format!(
            "* The constant is {}. {} Linear trend: not available, it needs two tables up to {}.",
            outcome.constants(),
            if outcome.source == Source::Prior {
                format!("It has seen shares of {to}, the model has not.")
            } else {
                String::new()
            },
            outcome.question.from
        ),
    ];
    for d in scored.differences.iter().filter(|d| d.set == "all") {
        let e = d.size_weighted_mae_pp;
        let word = match (e.low > 0.0, e.high < 0.0) {
            (true, _) => "the model is worse",
            (_, true) => "the model is better",
            _ => "no clear difference",
        };
        lines.push(format!(
            "{}, model minus {}: {:+.2} points by size (90 % bootstrap over segments {:+.2} to {:+.2}): {word}.",
            d.country,
            label(d.against).trim().trim_end_matches('*'),
            e.value,
            e.low,
            e.high
        ));
    }
    let agree = |forecast: &str| {
        scored
            .scores_where_homes_agree
            .iter()
            .find(|s| (s.country, s.set, s.forecast) == ("CHN", "all", forecast))
    };
    if let (Some(model), Some(rule)) = (agree("model"), agree("constant-roster")) {
        let points =
            |s: &Score| s.size_weighted_mae_pp.map_or_else(String::new, |x| format!("{x:.2}"));
        lines.push(format!(
            "Without the segments of suppliers that the statistic counts away from their legal home (ASM Pacific): \
             China {} by size in {} segments, one share if on the base roster {}.",
            points(model),
            model.segments,
            points(rule)
        ));
    }
    self::lines(&lines)
}

/// Shares by segment.
fn shares(rows: &[&Row], outcome: &Outcome) -> String {
    let mut table = table::fitting();
    let to = outcome.question.to.to_string();
    let mut heads = vec![
        Cell::new("segment"),
        right(&outcome.question.from.to_string()),
        right(&format!("{to} forecast (90 %)")),
    ];
    if rows.iter().any(|row| row.observed_pct.is_some()) {
        heads.extend([right("observed"), right("miss")]);
    }
    table.add_row(heads);
    for row in rows {
        let mut cells = vec![
            Cell::new(format!("{} {}", row.segment_id, row.name)),
            right(&format!("{:.1}", row.base_pct)),
            right(&format!("{:.1} ({:.1} to {:.1})", row.p50, row.p5, row.p95)),
        ];
        if let (Some(observed), Some(miss)) = (row.observed_pct, row.miss_pp) {
            cells.extend([right(&format!("{observed:.1}")), right(&format!("{miss:+.1}"))]);
        }
        table.add_row(cells);
    }
    table.to_string()
}

fn facts(facts: &[Fact], role: &str) -> String {
    let mut table = table::fitting();
    let heads = ["observed", "runs (90 %)", "with error", ""];
    table.add_row(["", "fact", "to"].map(Cell::new).into_iter().chain(heads.map(right)));
    for fact in facts.iter().filter(|fact| fact.role == role) {
        let digits = usize::from(fact.unit != "USD m");
        let verdict = match fact.inside {
            Some(true) => "inside",
            Some(false) => "OUTSIDE",
            None => "",
        };
        table.add_row([
            Cell::new(&fact.id),
            Cell::new(&fact.what),
            Cell::new(fact.year),
            right(&fact.observed),
            right(&format!(
                "{:.digits$} ({:.digits$} to {:.digits$})",
                fact.p50, fact.p5, fact.p95
            )),
            right(&format!("{:.digits$} to {:.digits$}", fact.low, fact.high)),
            Cell::new(verdict),
        ]);
    }
    table.to_string()
}

/// How many are inside, and how wide the intervals are.
fn counts(summaries: &[Summary]) -> Vec<String> {
    let points = |x: Option<f64>| x.map_or_else(|| "no".to_owned(), |x| format!("{x:.1}"));
    summaries
        .iter()
        .filter(|summary| summary.scored > 0)
        .map(|summary| {
            let what = if summary.role == "fact" { "facts" } else { "figures scored apart" };
            format!(
                "{} of {} {what} are inside; mean width {} points with the error of measurement, {} without.",
                summary.inside,
                summary.scored,
                points(summary.mean_width),
                points(summary.mean_width_of_runs)
            )
        })
        .collect()
}

fn right(text: &str) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}
