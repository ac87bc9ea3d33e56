//! The model against what firms reported as rows of text, for the brief and the screen.
//!
//! Invariant: a number that stands in a row is one of the file's, rounded.

use std::fmt::Write as _;

use super::{Reported, Sale};
use crate::finding::number;

/// Rows of text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Lines {
    /// What it is, and how it is read.
    pub note: String,
    /// Heads of the columns, without that of the names: fiscal years.
    pub columns: Vec<String>,
    /// A name, and a cell for each column.
    pub rows: Vec<(String, Vec<String>)>,
}

/// What is said where no past can be held against a report.
pub const NO_PAST: &str = "Model against what firms reported: this run has no scenario with the controls as enacted, so its \
    past is not ours. How the model does against 2019\u{2013}2024 stands in docs/validation.md.";

/// Rows for a screen: of each firm what it reported, what the model sells, and what it sells without controls.
pub fn table(reported: &Reported) -> Option<Lines> {
    lines(reported, |name, _, free, cells| {
        let mut rows = vec![
            (format!("{name}, reported"), cells(&observed)),
            ("  model".to_owned(), cells(&|sale| simulated(sale, 0))),
        ];
        if free {
            rows.push(("  without controls".to_owned(), cells(&|sale| simulated(sale, 1))));
        }
        rows
    })
}

/// Rows for a page: one for each firm, `reported | model`, and one of all without controls.
pub fn compact(reported: &Reported) -> Option<Lines> {
    lines(reported, |name, all, free, cells| {
        let both = |sale: &Sale| format!("{} | {}", observed(sale), simulated(sale, 0));
        let mut rows = vec![(name.to_owned(), cells(&both))];
        if free && all {
            let free = |sale: &Sale| format!("| {}", simulated(sale, 1));
            rows.push((format!("{name}, without controls"), cells(&free)));
        }
        rows
    })
}

/// The cells of a firm's years by what is said of a year.
type Cells<'a> = &'a dyn Fn(&dyn Fn(&Sale) -> String) -> Vec<String>;

/// Rows of each firm, by its name, whether it is all firms together, and whether a past without controls is there.
fn lines(
    reported: &Reported,
    of: impl Fn(&str, bool, bool, Cells<'_>) -> Vec<(String, Vec<String>)>,
) -> Option<Lines> {
    let (known, free) = (reported.pasts.first()?, reported.pasts.get(1));
    let mut years: Vec<i32> = reported.sales.iter().map(|sale| sale.year).collect();
    years.sort_unstable();
    years.dedup();
    if years.is_empty() {
        return None;
    }
    let mut names: Vec<(&str, &str)> = Vec::new();
    for sale in &reported.sales {
        if !names.contains(&(&sale.firm, &sale.name)) {
            names.push((&sale.firm, &sale.name));
        }
    }
    let mut rows = Vec::new();
    for (firm, name) in names {
        let find = |year: i32| reported.sales.iter().find(|s| s.firm == firm && s.year == year);
        let cells = |cell: &dyn Fn(&Sale) -> String| -> Vec<String> {
            years.iter().map(|year| find(*year).map_or_else(String::new, cell)).collect()
        };
        rows.extend(of(name, firm.is_empty(), free.is_some(), &cells));
    }
    let without =
        free.map_or_else(String::new, |past| format!(", and under \u{201c}{}\u{201d}", past.title));
    Some(Lines {
        note: format!(
            "Sales in China, goods and service, in the firm\u{2019}s fiscal year that ends in the year named, USD bn of the day; model: \
             median (5 % to 95 %) of {} replicates under \u{201c}{}\u{201d}{without}; display tools left out as far as can be; * rests on \
             a figure from memory; foreign money at the year\u{2019}s rate, known to 1 %",
            reported.replicates, known.title
        ),
        columns: years.iter().map(i32::to_string).collect(),
        rows,
    })
}

/// `4.1–5.0`, or `3.1` where the report leaves nothing open.
fn observed(sale: &Sale) -> String {
    let [low, high] = [sale.low, sale.high].map(|value| number(value, 1));
    let mark = if sale.seen == "memory" { "*" } else { "" };
    if low == high { format!("{low}{mark}") } else { format!("{low}\u{2013}{high}{mark}") }
}

fn simulated(sale: &Sale, past: usize) -> String {
    sale.model.get(past).map_or_else(String::new, |values| {
        let [p5, p50, p95] = values.map(|value| number(value, 1));
        format!("{p50} ({p5} to {p95})")
    })
}

/// How far the model's median is from what all firms together reported in the last year, in a sentence; nothing where no
/// year has all.
pub fn sentence(reported: &Reported) -> Option<String> {
    let last = reported.sales.iter().rev().find(|sale| sale.firm.is_empty())?;
    let [p5, p50, p95] = *last.model.first()?;
    let place = if p95 < last.low {
        "less than was reported in more than nine runs in ten"
    } else if p5 > last.high {
        "more than was reported in more than nine runs in ten"
    } else {
        "what was reported lies within the interval"
    };
    let mut words = format!(
        "Sales in China of five large toolmakers in fiscal {}: USD {} bn reported, {} ({} to {}) in the model under \u{201c}{}\u{201d}: {place}",
        last.year,
        observed(last),
        number(p50, 1),
        number(p5, 1),
        number(p95, 1),
        reported.pasts.first()?.title
    );
    if let (Some(past), Some([low, median, high])) = (reported.pasts.get(1), last.model.get(1)) {
        let [low, median, high] = [low, median, high].map(|value| number(*value, 1));
        let _ = write!(words, "; {median} ({low} to {high}) under \u{201c}{}\u{201d}", past.title);
    }
    Some(words + ".")
}
