//! A hindcast as a table for the terminal, and as JSON.

use comfy_table::presets::UTF8_BORDERS_ONLY;
use comfy_table::{Cell, CellAlignment, Table};
use sim_lab::hindcast::facts::{DEFINITIONS, Fact, NOT_HELD};
use sim_lab::hindcast::report::{Row, Score, Scored, worst};
use sim_lab::hindcast::scores::HALF_UNIT;

use crate::args::{Global, Hindcast, Source};
use crate::hindcast;
use crate::wrap::broken;

/// Misses that are shown by name, for each country.
const MISSES: usize = 6;
/// Width of the text.
const WIDTH: usize = 96;

/// What a forecast knew of later years beyond the paths that it is given.
pub(crate) enum Hindsight {
    None,
    /// Suppliers of countries that the observed table lists anew.
    Roster(Vec<String>),
}

/// What is printed.
pub(crate) struct Outcome {
    pub(crate) hindsight: Hindsight,
    /// Where parameters come from.
    pub(crate) source: Source,
    /// Scales of the error of printed shares that were fitted: one, or one for each fold; none for the prior's.
    pub(crate) scales: Vec<f64>,
    pub(crate) scenario_hash: String,
    pub(crate) segments: Vec<Row>,
    pub(crate) scored: Option<Scored>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) table: Option<hindcast::Table>,
}

impl Outcome {
    /// Whether the scored shares were fitted.
    fn in_sample(&self, to: i32) -> bool {
        self.source == Source::Ensemble && to <= hindcast::FITTED
    }

    fn parameters(&self, to: i32) -> String {
        let fitted = hindcast::FITTED;
        match self.source {
            Source::Prior if self.table.is_some() => {
                format!(
                    "Parameters are drawn from their prior. Nothing was fitted to {to}. {CAVEAT}"
                )
            }
            Source::Prior => "Parameters are drawn from their prior.".to_owned(),
            Source::Folds => format!(
                "Parameters by cross-validation: those of a fold of segments were fitted to the shares of {fitted} in \
                 the other folds, and to no fact. {CAVEAT}"
            ),
            Source::Ensemble if self.in_sample(to) => format!(
                "IN SAMPLE: parameters are the ensemble's, which was fitted to these shares and facts of {fitted}."
            ),
            Source::Ensemble => format!(
                "Parameters are the ensemble's, which was fitted to shares and facts up to {fitted}."
            ),
        }
    }

    fn error_of_shares(&self) -> String {
        let scales: Vec<String> = self.scales.iter().map(|s| format!("{s:.2}")).collect();
        let how = match self.source {
            Source::Folds => format!("fitted to the other folds: {}", scales.join(", ")),
            Source::Ensemble if !scales.is_empty() => format!("fitted: {}", scales.join(", ")),
            _ => "drawn from its prior".to_owned(),
        };
        format!(
            "Intervals hold the error of a printed share, Student's t with 4 degrees of freedom on the log odds; its \
             scale is {how}."
        )
    }
}

/// Given to every run, as true for a forecast as for a hindcast.
const GIVEN: [&str; 3] = [
    "spending of fabs and other buyers by region and year: realised up to 2024, stated projections after",
    "each line's part of that spending in 2019 and 2024",
    "measures as enacted, with their dates",
];

/// Where a prior was not blind.
const LEAVE_ONE_OUT: &str =
    "fitted to the scored year on the other segments (leave one out), for each score anew";
const OTHER_FOLDS: &str = "fitted to the scored year on the other folds, for each score anew";
const CAVEAT: &str = "The prior of the secular trend is not blind: it was set by judgement on segments without \
                      controls (testers, SiC wafers) whose later shares were known, and testers (N80 to N82) \
                      are scored.";

/// Prints the outcome.
pub(crate) fn print(args: &Hindcast, outcome: &Outcome, global: &Global) {
    if global.json {
        println!("{}", json(args, outcome));
        return;
    }
    println!("{}", premises(args, outcome));
    if let Some(scored) = &outcome.scored {
        println!("\n{}\n{}", scores(scored), notes(args, outcome, scored));
    } else {
        println!("\nNo observed table of {}: projections, no score.", args.to);
    }
    for (country, name) in [("CHN", "China"), ("USA", "the United States")] {
        if outcome.scored.is_some() {
            println!("\nLargest misses of the share of {name}, percent");
            println!("{}", shares(&worst(&outcome.segments, country, MISSES), args));
        } else {
            let rows: Vec<&Row> =
                outcome.segments.iter().filter(|row| row.country == country).collect();
            println!("\nShare of {name}, percent\n{}", shares(&rows, args));
        }
    }
    if args.facts {
        println!("\nStylised facts up to 2024, percent\n{}", facts(&outcome.facts));
        for (id, text) in DEFINITIONS {
            println!("{}", broken(&format!("{id}: {text}."), WIDTH));
        }
        let open: Vec<String> = NOT_HELD.iter().map(|(id, why)| format!("{id} ({why})")).collect();
        println!("{}", broken(&format!("No test here: {}.", open.join("; ")), WIDTH));
    }
}

/// What was run, on what it rests.
fn premises(args: &Hindcast, outcome: &Outcome) -> String {
    let (from, to) = (args.from, args.to);
    let mut lines = vec![format!(
        "Hindcast {from} to {to}: suppliers' shares of world sales by country, {} replicates, seed {}.",
        args.replicates, args.seed
    )];
    lines.push(match &outcome.hindsight {
        Hindsight::None => {
            format!("Suppliers: those of the tables of {from}; entrants come by hazard, not by hindsight.")
        }
        Hindsight::Roster(activated) => format!(
            "HINDSIGHT: {} suppliers are there from the start because the table of {to} lists their country in \
             a segment where {from} had none of it: {}.",
            activated.len(),
            activated.join(", ")
        ),
    });
    lines.push(format!("Given to every run: {}.", GIVEN.join("; ")));
    lines.push(outcome.parameters(to));
    if let Some(year) = args.rebase {
        lines.push(format!(
            "Re-based: shares are put right by the observed table of {year}; beliefs, backlog, levels and installed tools are \
             those of the run."
        ));
    }
    lines.push(outcome.error_of_shares());
    if let Some(table) = &outcome.table {
        lines.push(format!("Observed: {} (suppliers at their home of {from}).", table.file.path));
        for reason in
            ["no printed share of the base year, or its scope changed since", "not in the model"]
        {
            let ids: Vec<&str> = table
                .left_out
                .iter()
                .filter(|(_, why)| *why == reason)
                .map(|(id, _)| id.as_str())
                .collect();
            if !ids.is_empty() {
                lines.push(format!("Not scored, {reason}: {}.", ids.join(", ")));
            }
        }
    }
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
    let mut table = bordered();
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
fn notes(args: &Hindcast, outcome: &Outcome, scored: &Scored) -> String {
    let to = args.to;
    let mut lines = vec![
        format!(
            "MAE: mean absolute error of the median, percentage points; by size: weighted by world sizes of {to}. \
             CRPS: fair to the size of the ensemble. In 50 %, 90 %: segments whose central interval holds the \
             observed share, as printed (within {HALF_UNIT} points)."
        ),
        format!(
            "* The constant is {}. {} Linear trend: not available, it needs two tables up to {}.",
            if outcome.source == Source::Folds { OTHER_FOLDS } else { LEAVE_ONE_OUT },
            if outcome.source == Source::Prior {
                format!("It has seen shares of {to}, the model has not.")
            } else {
                String::new()
            },
            args.from
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
    lines.iter().map(|line| broken(line, WIDTH)).collect::<Vec<_>>().join("\n")
}

/// Shares by segment.
fn shares(rows: &[&Row], args: &Hindcast) -> String {
    let mut table = bordered();
    let to = args.to.to_string();
    let mut heads = vec![
        Cell::new("segment"),
        right(&args.from.to_string()),
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

fn facts(facts: &[Fact]) -> String {
    let mut table = bordered();
    let heads = ["observed", "simulated (90 %)", ""];
    table.add_row(["", "fact", "year"].map(Cell::new).into_iter().chain(heads.map(right)));
    for fact in facts {
        table.add_row([
            Cell::new(fact.id),
            Cell::new(fact.what),
            Cell::new(fact.year),
            right(fact.observed),
            right(&format!("{:.1} ({:.1} to {:.1})", fact.p50, fact.p5, fact.p95)),
            Cell::new(if fact.inside { "inside" } else { "OUTSIDE" }),
        ]);
    }
    let inside = facts.iter().filter(|fact| fact.inside).count();
    format!("{table}\n{inside} of {} inside the 90 % interval.", facts.len())
}

fn json(args: &Hindcast, outcome: &Outcome) -> serde_json::Value {
    let (hindsight, activated) = match &outcome.hindsight {
        Hindsight::None => ("none", &[][..]),
        Hindsight::Roster(activated) => ("roster-known", activated.as_slice()),
    };
    let empty = Scored {
        scores: Vec::new(),
        scores_where_homes_agree: Vec::new(),
        differences: Vec::new(),
    };
    let scored = outcome.scored.as_ref().unwrap_or(&empty);
    let file = outcome.table.as_ref().map(|table| {
        let left_out: Vec<_> = table
            .left_out
            .iter()
            .map(|(id, why)| serde_json::json!({"segment_id": id, "reason": why}))
            .collect();
        serde_json::json!({"file": table.file.path, "sha256": table.file.sha256, "left_out": left_out})
    });
    let open: Vec<_> =
        NOT_HELD.iter().map(|(id, why)| serde_json::json!({"id": id, "reason": why})).collect();
    let (source, constants) = match outcome.source {
        Source::Prior => ("prior", LEAVE_ONE_OUT),
        Source::Ensemble => ("ensemble", LEAVE_ONE_OUT),
        Source::Folds => ("folds", OTHER_FOLDS),
    };
    serde_json::json!({
        "schema": 1, "event": "hindcast", "version": env!("CARGO_PKG_VERSION"), "from": args.from, "to": args.to, "scenario": "history",
        "scenario_hash": outcome.scenario_hash, "replicates": args.replicates, "seed": args.seed,
        "hindsight": hindsight, "activated": activated, "parameters": source,
        "in_sample": outcome.in_sample(args.to), "prior_caveat": CAVEAT,
        "statistic_error": outcome.scales, "rebase": args.rebase,
        "conditioned_on": GIVEN, "observed": file, "linear": "not available: one earlier table",
        "constants": constants,
        "printing_half_unit_pp": HALF_UNIT,
        "scores": scored.scores, "scores_where_homes_agree": scored.scores_where_homes_agree,
        "differences": scored.differences, "segments": outcome.segments,
        "facts": outcome.facts, "facts_not_held": open,
    })
}

fn bordered() -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY);
    table
}

fn right(text: &str) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}
