//! Completeness of the data tables: rows that others, or the model, rest on.
//!
//! Invariant: each gap is one problem, at the row or table that calls for what is missing.

use std::collections::{BTreeMap, BTreeSet};

use super::problem::{Code, Log};
use super::read_tables::ReadTables;
use super::sheet::Row;
use super::tables::{BuyerKind, Line, spending_path};
use super::walk::{listed, rounded};
use crate::calendar::Quarter;

/// The year of prices, sizes and printed shares.
const BASE: i32 = 2019;
/// The jurisdictions that parts of the model are about.
const NEEDED: [&str; 2] = ["CHN", "USA"];

/// Runs all checks but those of years.
pub(crate) fn check(tables: &ReadTables, log: &mut Log) {
    jurisdictions(tables, log);
    weights(tables, log);
    buyers(tables, log);
}

/// The United States and China must be there: technology is counted as the one's, mandates are the other's.
fn jurisdictions(tables: &ReadTables, log: &mut Log) {
    let known: BTreeSet<&str> =
        tables.jurisdictions.iter().map(|(row, _)| row.id.as_str()).collect();
    let Some((_, first)) = tables.jurisdictions.first() else { return };
    for id in NEEDED.into_iter().filter(|id| !known.contains(id)) {
        let message = format!("no row is of `{id}`, which the model rests on");
        log.error(Code::MissingRow, first.origin("id"), message).help("add the row");
    }
    let diverted: f64 = tables.jurisdictions.iter().map(|(row, _)| row.diversion).sum();
    if diverted > 1.0 + 1e-9 {
        let message = format!("`diversion` sums to {}, above 1", rounded(diverted));
        log.error(Code::ShareSum, first.origin("diversion"), message)
            .help("these are shares of one flow of goods: together 1 at most");
    }
}

/// Every line needs a row of spend weights for some class.
fn weights(tables: &ReadTables, log: &mut Log) {
    if tables.weights.is_empty() {
        return;
    }
    let known: BTreeSet<&str> = tables.weights.iter().map(|(row, _)| row.family.as_str()).collect();
    let mut noted: BTreeSet<&str> = BTreeSet::new();
    for (line, row) in &tables.lines {
        let key = line.weights_family();
        if !known.contains(key) && noted.insert(key) {
            let message =
                format!("`{}` buys by the spend weights of `{key}`, which has none", line.id);
            log.error(Code::MissingRow, row.origin("family"), message)
                .help(format!("add rows of family `{key}` to spend_weights.csv"));
        }
    }
}

/// Every segment needs somebody who buys it: a line of its kind, with a weight for its class.
fn buyers(tables: &ReadTables, log: &mut Log) {
    if tables.lines.is_empty() || tables.weights.is_empty() {
        return;
    }
    let mut lines: BTreeMap<(BuyerKind, &str), &Line> = BTreeMap::new();
    for (line, _) in &tables.lines {
        lines.insert((line.kind, line.weights_family()), line);
    }
    let weighed: BTreeSet<(&str, &str)> = tables
        .weights
        .iter()
        .filter(|(row, _)| row.at_level.iter().any(|weight| *weight > 0.0))
        .map(|(row, _)| (row.family.as_str(), row.class.as_str()))
        .collect();
    for (segment, row) in &tables.segments {
        let bought = lines.keys().any(|(kind, family)| {
            *kind == segment.buyers && weighed.contains(&(*family, segment.class.as_str()))
        });
        if !bought {
            let message = format!("no line buys segment `{}`", segment.id);
            let help = format!(
                "add a line of its kind of `buyers`, or a weight above 0 for class `{}`",
                segment.class
            );
            log.error(Code::MissingRow, row.origin("buyers"), message).help(help);
        }
    }
}

/// Every spending path and the price level need the base year and every year that a quarter of the scenario rests on. The
/// price level lies between the middles of years: before the middle of a year it needs the year before, too. Paths with
/// the same gap are one problem.
pub(crate) fn years(tables: &ReadTables, (start, end): (Quarter, Quarter), log: &mut Log) {
    let missing = |first: i32, given: &BTreeSet<i32>| {
        let wanted: BTreeSet<i32> = (first..=end.year()).chain([BASE]).collect();
        wanted.difference(given).copied().collect::<Vec<_>>()
    };
    let mut paths: BTreeMap<&str, (&Row, BTreeSet<i32>)> = BTreeMap::new();
    for (spending, row) in &tables.spending {
        paths.entry(&spending.path).or_insert((row, BTreeSet::new())).1.insert(spending.year);
    }
    let used: BTreeSet<&str> =
        tables.lines.iter().map(|(line, _)| spending_path(&line.path)).collect();
    let mut gaps: BTreeMap<Vec<i32>, Vec<(&str, &Row)>> = BTreeMap::new();
    for (path, (row, given)) in
        paths.into_iter().filter(|(path, _)| used.is_empty() || used.contains(path))
    {
        gaps.entry(missing(start.year(), &given)).or_default().push((path, row));
    }
    for (years, paths) in gaps.iter().filter(|(years, _)| !years.is_empty()) {
        let names = listed(paths.iter().map(|&(path, _)| path));
        let message = format!("no spending in {} on: {names}", spans(years));
        log.error(Code::MissingYear, paths[0].1.origin("path"), message).help(help(years, start));
    }
    let early = start.mid_year() < f64::from(start.year()) + 0.5;
    let first = if early { start.year() - 1 } else { start.year() };
    deflator(tables, start, |given| missing(first, given), log);
}

fn deflator(
    tables: &ReadTables,
    start: Quarter,
    missing: impl Fn(&BTreeSet<i32>) -> Vec<i32>,
    log: &mut Log,
) {
    let Some((_, first)) = tables.deflator.first() else { return };
    let given: BTreeSet<i32> = tables.deflator.iter().map(|(row, _)| row.year).collect();
    let years = missing(&given);
    if !years.is_empty() {
        let message = format!("no price level in {}", spans(&years));
        log.error(Code::MissingYear, first.origin("year"), message).help(help(&years, start));
    }
    let base = tables.deflator.iter().find(|(row, _)| row.year == BASE);
    if let Some((level, row)) = base.filter(|(row, _)| (row.index - 1.0).abs() > 1e-9) {
        let message = format!("the price level of {BASE} is {}, not 1", level.index);
        log.error(Code::BaseYear, row.origin("index"), message)
            .help(format!("divide all of the column by {}", level.index));
    }
}

fn help(years: &[i32], start: Quarter) -> String {
    if years.iter().all(|year| *year < start.year()) {
        "add the year: prices before the middle of a year rest on the year before, too, and all on those of the base"
            .to_owned()
    } else {
        "add the years, or shorten `time`".to_owned()
    }
}

/// Years as a list of spans: `2020, 2023–2024`.
fn spans(years: &[i32]) -> String {
    let mut spans: Vec<(i32, i32)> = Vec::new();
    for &year in years {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == year => *last = year,
            _ => spans.push((year, year)),
        }
    }
    let shown = |&(first, last): &(i32, i32)| {
        if first == last { first.to_string() } else { format!("{first}\u{2013}{last}") }
    };
    spans.iter().map(shown).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_told_as_spans() {
        assert_eq!(spans(&[2018]), "2018");
        assert_eq!(spans(&[2018, 2020, 2021, 2022, 2030]), "2018, 2020\u{2013}2022, 2030");
    }
}
