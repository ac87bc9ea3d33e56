//! Cross-checks of the data tables.
//!
//! Invariant: each check looks at whole tables and notes every row that does not fit.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::check_complete as complete;
use super::problem::{Code, Log};
use super::read_tables::{Read, ReadTables};
use super::sheet::Row;
use super::tables::{ProductState, Role, RouteWeight, SPLIT_PATHS, spending_path};
use super::walk::{rounded, similar};
use crate::calendar::Quarter;

/// What the printed shares of a segment may add up to, percent. The published tables print whole percents of up to
/// eight countries, and their segments add up to 99 to 104 %; anything further off is a slip, such as a fraction for a
/// percentage or a supplier counted twice.
pub(crate) const SHARES: RangeInclusive<f64> = 95.0..=106.0;

/// Runs all checks.
pub(crate) fn check(tables: &ReadTables, time: Option<(Quarter, Quarter)>, log: &mut Log) {
    duplicates(tables, log);
    references(tables, log);
    share_sums(tables, log);
    line_share_sums(tables, log);
    weight_sums(tables, log);
    printed_shares(tables, log);
    complete::check(tables, log);
    if let Some((start, end)) = time {
        complete::years(tables, (start, end), log);
    }
}

/// Notes rows that repeat a key.
fn unique<T>(
    rows: &[Read<T>],
    code: Code,
    column: &str,
    key: impl Fn(&T) -> String,
    log: &mut Log,
) {
    let mut seen = BTreeSet::new();
    for (row, cells) in rows {
        let key = key(row);
        if !seen.insert(key.clone()) {
            let message = format!("`{key}` stands twice in column `{column}`");
            log.error(code, cells.origin(column), message);
        }
    }
}

fn duplicates(tables: &ReadTables, log: &mut Log) {
    let id = Code::DuplicateId;
    unique(&tables.jurisdictions, id, "id", |row| row.id.clone(), log);
    unique(&tables.segments, id, "id", |row| row.id.clone(), log);
    unique(&tables.suppliers, id, "id", |row| row.id.clone(), log);
    unique(&tables.lines, id, "id", |row| row.id.clone(), log);
    unique(&tables.lines, Code::DuplicateSlot, "slot", |row| row.slot.to_string(), log);
    unique(&tables.products, Code::DuplicateSlot, "slot", |row| row.slot.to_string(), log);
    let pair = |a: &str, b: &str| format!("{a}, {b}");
    unique(&tables.products, id, "supplier", |row| pair(&row.segment, &row.supplier), log);
    unique(&tables.shares, id, "country", |row| pair(&row.segment, &row.country), log);
    unique(&tables.spending, id, "year", |row| pair(&row.path, &row.year.to_string()), log);
    unique(&tables.deflator, id, "year", |row| row.year.to_string(), log);
    unique(&tables.weights, id, "class", |row| pair(&row.family, &row.class), log);
    let way = |row: &RouteWeight| format!("{} ({:?})", row.route.as_str(), row.family);
    unique(&tables.routes, id, "class", |row| pair(&way(row), &row.class), log);
    let single = |row: &RouteWeight| match row.role {
        Role::Defining | Role::Bonding => format!("{}, {:?}", way(row), row.role),
        Role::Critical | Role::Spending => pair(&way(row), &row.class),
    };
    unique(&tables.routes, id, "role", single, log);
}

/// Ids in the order of their table, and sorted: a table may have a million.
struct Known<'a> {
    list: Vec<&'a str>,
    sorted: BTreeSet<&'a str>,
}

impl<'a> FromIterator<&'a str> for Known<'a> {
    fn from_iter<I: IntoIterator<Item = &'a str>>(ids: I) -> Self {
        let list: Vec<&str> = ids.into_iter().collect();
        Self { sorted: list.iter().copied().collect(), list }
    }
}

/// Notes a cell that is not among the known ids. An empty list means an unread table: no check.
fn refers(row: &Row, column: &str, what: &str, known: &Known<'_>, log: &mut Log) {
    let cell = row.cell(column);
    if !known.list.is_empty() && !known.sorted.contains(cell) {
        let message = format!("unknown {what} `{cell}`");
        let help = similar(what, cell, &known.list);
        log.error(Code::UnknownId, row.origin(column), message).help(help);
    }
}

fn references(tables: &ReadTables, log: &mut Log) {
    let countries: Known<'_> =
        tables.jurisdictions.iter().map(|(row, _)| row.id.as_str()).collect();
    let segments: Known<'_> = tables.segments.iter().map(|(row, _)| row.id.as_str()).collect();
    let suppliers: Known<'_> = tables.suppliers.iter().map(|(row, _)| row.id.as_str()).collect();
    let lines: Known<'_> = tables.lines.iter().map(|(row, _)| row.id.as_str()).collect();
    let classes: Known<'_> = tables.segments.iter().map(|(row, _)| row.class.as_str()).collect();
    for (_, row) in &tables.shares {
        refers(row, "segment", "segment", &segments, log);
        refers(row, "country", "jurisdiction", &countries, log);
    }
    for (_, row) in &tables.suppliers {
        for column in ["tag", "legal", "behaviour"] {
            refers(row, column, "jurisdiction", &countries, log);
        }
    }
    for (product, row) in &tables.products {
        refers(row, "segment", "segment", &segments, log);
        refers(row, "supplier", "supplier", &suppliers, log);
        if product.made_by.is_some() {
            refers(row, "made_by", "line", &lines, log);
        }
    }
    for (line, row) in &tables.lines {
        refers(row, "owner", "jurisdiction", &countries, log);
        refers(row, "location", "jurisdiction", &countries, log);
        if line.mature_twin.is_some() {
            refers(row, "mature_twin", "line", &lines, log);
        }
        if line.mature_twin.as_ref() == Some(&line.id) {
            let message = format!("`{}` is its own mature twin", line.id);
            log.error(Code::DuplicateId, row.origin("mature_twin"), message);
        }
    }
    for (_, row) in &tables.weights {
        refers(row, "class", "class", &classes, log);
    }
    // Bonding that no line buys is done by the owner's packaging lines.
    for (_, row) in tables.routes.iter().filter(|(route, _)| route.role != Role::Bonding) {
        refers(row, "class", "class", &classes, log);
    }
    paths(tables, log);
}

fn paths(tables: &ReadTables, log: &mut Log) {
    let mut paths: Vec<_> = tables.spending.iter().map(|(row, _)| row.path.as_str()).collect();
    paths.dedup();
    for (line, row) in &tables.lines {
        if !paths.is_empty() && !paths.contains(&spending_path(&line.path)) {
            let message = format!("unknown spending path `{}`", line.path);
            let mut known = paths.clone();
            known.extend(SPLIT_PATHS.iter().map(|(split, _)| *split));
            log.error(Code::UnknownId, row.origin("path"), message)
                .help(similar("path", &line.path, &known));
        }
    }
    if tables.lines.is_empty() {
        return;
    }
    let used: BTreeSet<&str> =
        tables.lines.iter().map(|(line, _)| spending_path(&line.path)).collect();
    let mut idle: Vec<&str> = Vec::new();
    for (spending, row) in &tables.spending {
        if !used.contains(spending.path.as_str()) && !idle.contains(&spending.path.as_str()) {
            idle.push(&spending.path);
            let message = format!("no line spends the money of path `{}`", spending.path);
            log.warn(Code::Unused, row.origin("path"), message);
        }
    }
}

/// Sums of a value by key, with the row that began each.
fn sums<T>(
    rows: &[Read<T>],
    key: impl Fn(&T) -> String,
    value: impl Fn(&T) -> f64,
) -> BTreeMap<String, (f64, &Row)> {
    let mut sums: BTreeMap<String, (f64, &Row)> = BTreeMap::new();
    for (row, cells) in rows {
        sums.entry(key(row)).or_insert((0.0, cells)).0 += value(row);
    }
    sums
}

fn share_sums(tables: &ReadTables, log: &mut Log) {
    for (segment, (sum, row)) in sums(&tables.shares, |r| r.segment.clone(), |r| r.share_pct) {
        if !SHARES.contains(&sum) {
            let message =
                format!("the shares of `{segment}` sum to {} %, outside 95–106 %", rounded(sum));
            log.error(Code::ShareSum, row.origin("share_pct"), message)
                .help("give every country a row, in percent, and count each supplier once");
        }
    }
    let with_shares: BTreeSet<&str> =
        tables.shares.iter().map(|(share, _)| share.segment.as_str()).collect();
    for (segment, row) in &tables.segments {
        if !tables.shares.is_empty() && !with_shares.contains(segment.id.as_str()) {
            let message = format!("segment `{}` has no shares", segment.id);
            log.error(Code::ShareSum, row.origin("id"), message);
        }
    }
}

fn line_share_sums(tables: &ReadTables, log: &mut Log) {
    for column in ["share_2019", "share_2024"] {
        let sums = sums(
            &tables.lines,
            |line| line.path.clone(),
            |line| if column == "share_2019" { line.share_2019 } else { line.share_2024 },
        );
        for (path, (sum, row)) in sums {
            if (sum - 1.0).abs() > 0.001 {
                let message =
                    format!("`{column}` of the lines on `{path}` sums to {}, not 1", rounded(sum));
                log.error(Code::LineShareSum, row.origin(column), message);
            }
        }
    }
}

fn weight_sums(tables: &ReadTables, log: &mut Log) {
    for (index, column) in ["level_0", "level_2", "level_4", "level_6"].into_iter().enumerate() {
        let sums = sums(&tables.weights, |row| row.family.clone(), |row| row.at_level[index]);
        for (family, (sum, row)) in sums {
            if (sum - 1.0).abs() > 0.005 {
                let message =
                    format!("`{column}` of family `{family}` sums to {}, not 1", rounded(sum));
                log.error(Code::WeightSum, row.origin(column), message);
            }
        }
    }
}

/// Printed shares and incumbent products must match: the base year has to add up without guesses.
fn printed_shares(tables: &ReadTables, log: &mut Log) {
    if tables.products.is_empty() || tables.suppliers.is_empty() || tables.shares.is_empty() {
        return;
    }
    let tags: BTreeMap<&str, &str> =
        tables.suppliers.iter().map(|(row, _)| (row.id.as_str(), row.tag.as_str())).collect();
    let tag = |id: &str| tags.get(id).copied();
    let incumbents: Vec<_> =
        tables.products.iter().filter(|(row, _)| row.state == ProductState::Incumbent).collect();
    let held: BTreeSet<(&str, &str)> = incumbents
        .iter()
        .filter_map(|(product, _)| Some((product.segment.as_str(), tag(&product.supplier)?)))
        .collect();
    let printed: BTreeSet<(&str, &str)> = tables
        .shares
        .iter()
        .filter(|(share, _)| share.share_pct > 0.0)
        .map(|(share, _)| (share.segment.as_str(), share.country.as_str()))
        .collect();
    for (share, row) in tables.shares.iter().filter(|(share, _)| share.share_pct > 0.0) {
        if !held.contains(&(share.segment.as_str(), share.country.as_str())) {
            let message = format!(
                "`{}` has {} % of `{}` but no incumbent product there",
                share.country, share.share_pct, share.segment
            );
            let help = "add a product whose supplier has this tag, or a residual `other` supplier";
            log.error(Code::NoIncumbent, row.origin("country"), message).help(help);
        }
    }
    for (product, row) in incumbents {
        let Some(tag) = tag(&product.supplier) else { continue };
        if !printed.contains(&(product.segment.as_str(), tag)) {
            let message = format!(
                "`{}` is an incumbent of `{}`, but `{tag}` has no printed share there",
                product.supplier, product.segment
            );
            log.error(Code::NoShare, row.origin("state"), message)
                .help("its state is roster_zero or entrant");
        }
    }
}
