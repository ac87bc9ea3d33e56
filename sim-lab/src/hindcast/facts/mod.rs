//! Figures of the panel, observed and simulated, and their score.
//!
//! A figure is *inside* if the range that agrees with its source overlaps the 90 % interval of what a source would show of
//! the runs: the value of each replicate plus an error of measurement, normal, whose 90 % half-width the panel states.
//!
//! Invariant: a figure that is shown only, or from memory, enters no count, no mean and no target.

mod predictive;
mod reading;
mod summary;

use serde::Serialize;
use sim_core::scenario::panel::{Definition, Panel, Role};

pub use reading::FactReader;
pub use summary::{Group, Summary, summaries};

use predictive::interval;
use sim_stats::summary::quantile;

/// Facts of the list that are no rows of the panel, and why.
pub const NOT_HELD: &[(&str, &str)] = &[
    ("V1, V2", "China's spending is an input of every run"),
    ("V3, 2018", "before the base year"),
    ("V7, Japan and the Netherlands", "a run's record keeps blocs, not single third countries"),
    ("V9", "later than 2024"),
    (
        "V12",
        "quarters of all imports: spending within a year is interpolated, so its timing is not the model's",
    ),
    ("V13", "market values: the model has none"),
    ("V14, Chinese makers", "the figures at hand are unverified"),
];

/// A figure, observed and simulated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fact {
    /// Number in the list of facts.
    pub id: String,
    /// Its row of the panel.
    pub row: String,
    /// What it is.
    pub what: String,
    /// Year in which its period ends.
    pub year: i32,
    /// First and last day.
    pub period: String,
    /// Observed value as the source words it.
    pub observed: String,
    /// Least value that agrees with the source.
    pub observed_low: f64,
    /// Largest value that agrees with the source.
    pub observed_high: f64,
    /// Error of measurement: half-width of a 90 % interval.
    pub error: f64,
    /// Why it is that.
    pub why: String,
    /// Unit of all these.
    pub unit: String,
    /// What of a run it is held against.
    pub definition: &'static str,
    /// What it is for.
    pub role: &'static str,
    /// Source.
    pub source: String,
    /// How the observed value was seen.
    pub grade: &'static str,
    /// Whose figure it is.
    pub whose: String,
    /// 5 % quantile of the replicates.
    pub p5: f64,
    /// Median.
    pub p50: f64,
    /// 95 % quantile.
    pub p95: f64,
    /// 90 % interval of what a source would show: with the error of measurement.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// How far the median is from the range that agrees with the source; above 0 if the model has too little.
    pub miss: f64,
    /// Whether it is scored.
    pub scored: bool,
    /// Whether the range overlaps the interval; `None` if it is not scored.
    pub inside: Option<bool>,
    /// Whether it is one of the rows that a pooled figure of the same definition adds up.
    pub pooled: bool,
}

/// The ranges to which a calibration may hold a run, in the order of the panel: those of facts that are scored, with their
/// error. Growth follows from the values.
pub fn targets(panel: &Panel) -> Vec<Option<(f64, f64)>> {
    panel
        .figures
        .iter()
        .map(|figure| {
            let growth =
                matches!(figure.definition, Definition::SalesGrowth | Definition::ValueGrowth);
            let wanted = figure.scored() && figure.role == Role::Fact && !growth;
            wanted.then_some((figure.low - figure.error, figure.high + figure.error))
        })
        .collect()
}

/// Figures over replicates; one that no replicate holds is left out.
pub fn summarise(panel: &Panel, replicates: &[Vec<Option<f64>>]) -> Vec<Fact> {
    let pooled = |i: usize| {
        let adds = |f: &sim_core::scenario::panel::Figure| f.since.is_none() && f.of.contains(&i);
        panel.figures.iter().any(|f| adds(f) && f.definition == panel.figures[i].definition)
    };
    panel
        .figures
        .iter()
        .enumerate()
        .filter_map(|(i, figure)| {
            let mut values: Vec<f64> = replicates.iter().filter_map(|r| r[i]).collect();
            if values.is_empty() {
                return None;
            }
            values.sort_by(f64::total_cmp);
            let (low, high) = interval(&values, figure.error);
            let p50 = quantile(&values, 0.5);
            let period = format!("{} to {}", figure.start, figure.end);
            Some(Fact {
                id: figure.fact.clone(),
                row: figure.id.clone(),
                what: figure.what.clone(),
                year: figure.end.year(),
                period,
                observed: figure.shown.clone(),
                observed_low: figure.low,
                observed_high: figure.high,
                error: figure.error,
                why: figure.why.clone(),
                unit: figure.unit.clone(),
                definition: figure.definition.as_str(),
                role: figure.role.as_str(),
                source: panel.title(&figure.source).to_owned(),
                grade: figure.seen.as_str(),
                whose: figure.whose().to_owned(),
                p5: quantile(&values, 0.05),
                p50,
                p95: quantile(&values, 0.95),
                low,
                high,
                miss: (figure.low - p50).max(0.0) - (p50 - figure.high).max(0.0),
                scored: figure.scored(),
                inside: figure.scored().then_some(figure.low <= high && figure.high >= low),
                pooled: pooled(i),
            })
        })
        .collect()
}

/// The definitions that some figures use, with their meanings, in the order of the documentation.
pub fn definitions(facts: &[Fact]) -> Vec<(&'static str, &'static str)> {
    let used = |d: &&Definition| facts.iter().any(|fact| fact.definition == d.as_str());
    Definition::ALL.iter().filter(used).map(|d| (d.as_str(), d.meaning())).collect()
}
