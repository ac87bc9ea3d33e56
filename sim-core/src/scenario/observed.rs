//! Observed shares of a later year: what a hindcast is scored against.
//!
//! Invariant: text in, rows or *all* their problems out. A row that is returned is well-formed and stands once.

use std::collections::{BTreeMap, BTreeSet};

use super::Scenario;
use super::check_tables::SHARES;
use super::problem::{Code, Log, Problem, Problems, Severity};
use super::sheet::{self, Columns, Row};
use super::source::{Files, Origin};
use super::walk::{Bounds, nearest, rounded, similar};

/// The years that a table may speak of.
const YEARS: (i32, i32) = (1990, 2100);
/// The largest world market that is no slip of units, USD million.
const LARGEST_MARKET: f64 = 1e7;

/// A row: the share of suppliers at home in a country in the world market of a segment.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedShare {
    /// Segment id.
    pub segment: String,
    /// ISO-3 code of the suppliers' home, as the statistic counts it.
    pub country: String,
    /// Share of the world market, percent.
    pub share_pct: f64,
    /// Year.
    pub year: i32,
    /// World market of the segment in that year, nominal USD million.
    pub world_size_usd_m: f64,
}

/// An observed year in which runs stand: those of all regimes alike are led through its shares, on the path of the scenario that
/// says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The year.
    pub year: i32,
    /// Its shares.
    pub shares: Vec<ObservedShare>,
}

impl Standing {
    /// Share of a country in a segment over what the segment prints in all, percent; none if nothing is printed of it.
    pub fn share(&self, segment: &str, country: &str) -> Option<f64> {
        let rows = || self.shares.iter().filter(|row| row.segment == segment);
        rows().next()?;
        let all: f64 = rows().map(|row| row.share_pct).sum();
        let mine = rows().filter(|row| row.country == country);
        // From 0: the empty sum of floats is −0.
        Some(100.0 * mine.fold(0.0, |sum, row| sum + row.share_pct) / all)
    }
}

/// A table of observed shares.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// Rows of the wanted year in the order of the file.
    pub rows: Vec<ObservedShare>,
    /// What is probably not meant.
    pub warnings: Vec<Problem>,
}

/// Reads a table with the columns `segment_id`, `country` (ISO-3), `share_pct`, `year` and `world_size_usd_m`.
/// Countries that a segment does not list have no share in it. Segments that the scenario does not have are
/// warned about, so that a table may hold more than the model. Rows of other years are checked and left out.
///
/// # Errors
/// All problems of the table.
pub fn read(name: &str, text: &str, scenario: &Scenario, year: i32) -> Result<Observed, Problems> {
    let mut files = Files::default();
    let file = files.add(name, text, false);
    let mut log = Log::default();
    let rows = rows((&files, file), scenario, year, &mut log);
    let problems = log.place(&files);
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(Problems(problems));
    }
    Ok(Observed { rows, warnings: problems })
}

/// The rows of a year.
pub(crate) fn rows(
    (files, file): (&Files, usize),
    scenario: &Scenario,
    year: i32,
    log: &mut Log,
) -> Vec<ObservedShare> {
    const COLUMNS: Columns = Columns {
        needed: &["segment_id", "country", "share_pct", "year", "world_size_usd_m"],
        allowed: &["segment", "source", "grade", "note"],
        others: false,
        may_be_empty: false,
    };
    let cells = sheet::read(files, file, COLUMNS, &[], log);
    let rows: Vec<(ObservedShare, &Row)> =
        cells.iter().filter_map(|row| Some((one(row, scenario, log)?, row))).collect();
    together(&rows, log);
    let rows: Vec<ObservedShare> = rows.into_iter().map(|(row, _)| row).collect();
    if log.errors() == 0 && !rows.iter().any(|row| row.year == year) {
        log.error(Code::MissingYear, Origin::whole(file), format!("no row is of {year}"));
    }
    rows.into_iter().filter(|row| row.year == year).collect()
}

fn one(row: &Row, scenario: &Scenario, log: &mut Log) -> Option<ObservedShare> {
    let segment = row.text("segment_id", log);
    if let Some(id) = &segment {
        let known: Vec<&str> = scenario.tables.segments.iter().map(|s| s.id.as_str()).collect();
        if !known.contains(&id.as_str()) {
            let message = format!("the model has no segment `{id}`: the row is left out");
            log.warn(Code::UnknownId, row.origin("segment_id"), message);
        }
    }
    let country = country(row, scenario, log);
    let share_pct = row.number("share_pct", Bounds::new(0.0, 100.0), log);
    let year = row.integer("year", YEARS.0, YEARS.1, log);
    let size = row.number("world_size_usd_m", Bounds::new(f64::MIN_POSITIVE, LARGEST_MARKET), log);
    Some(ObservedShare {
        segment: segment?,
        country: country?,
        share_pct: share_pct?,
        year: year?,
        world_size_usd_m: size?,
    })
}

/// A country's code. A code without a row in the table of jurisdictions may be right: it is only warned about.
fn country(row: &Row, scenario: &Scenario, log: &mut Log) -> Option<String> {
    let code = row.text("country", log)?;
    let known = &scenario.tables.jurisdictions;
    let ids: Vec<&str> = known.iter().map(|j| j.id.as_str()).collect();
    if ids.contains(&code.as_str()) {
        return Some(code);
    }
    let origin = row.origin("country");
    if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) {
        let message = format!("no supplier of the model is at home in `{code}`");
        let draft = log.warn(Code::UnknownId, origin, message);
        if let Some(near) = nearest(&code, ids.iter().copied()) {
            draft.help(format!("a country with a similar code exists: `{near}`"));
        }
        return Some(code);
    }
    let message = format!("`{code}` is no ISO-3 code of a country");
    let named = known.iter().find(|j| j.name == code || j.id == code.to_uppercase());
    let help = named.map_or_else(|| similar("country", &code, &ids), |j| format!("write {}", j.id));
    log.error(Code::UnknownWord, origin, message).help(help);
    None
}

/// Checks what rows say together: one row a country, one size a segment, sums of about 100 % at most.
fn together(rows: &[(ObservedShare, &Row)], log: &mut Log) {
    let mut first: BTreeMap<(&str, i32), f64> = BTreeMap::new();
    let mut sums: BTreeMap<(&str, i32), f64> = BTreeMap::new();
    let mut seen: BTreeSet<(&str, &str, i32)> = BTreeSet::new();
    for (share, row) in rows {
        let key = (share.segment.as_str(), share.year);
        let place = (share.segment.as_str(), share.country.as_str(), share.year);
        if !seen.insert(place) {
            let message = format!("`{}` stands twice in {} of {}", place.1, place.0, place.2);
            log.error(Code::DuplicateId, row.origin("country"), message);
        }
        let size = *first.entry(key).or_insert(share.world_size_usd_m);
        if size != share.world_size_usd_m {
            let message =
                format!("{} for {}, but {size} further up", share.world_size_usd_m, share.segment);
            log.error(Code::SizeConflict, row.origin("world_size_usd_m"), message)
                .help("all rows of a segment and year hold the same world market");
        }
        let sum = sums.entry(key).or_default();
        let before = *sum;
        *sum += share.share_pct;
        let limit = *SHARES.end();
        // Once a segment: at the row that takes it over the limit.
        if before <= limit && *sum > limit {
            let message = format!("the shares of {} add up to more than {limit} %", share.segment);
            log.error(Code::ShareSum, row.origin("share_pct"), message)
                .help("count each supplier once: countries, without firms or sub-totals");
        }
    }
    let mut noted = BTreeSet::new();
    for (share, row) in rows {
        let key = (share.segment.as_str(), share.year);
        let Some(sum) = sums.get(&key).filter(|sum| *sum < SHARES.start()) else { continue };
        if noted.insert(key) {
            let (sum, least) = (rounded(*sum), SHARES.start());
            let message =
                format!("the shares of {} add up to {sum} % only, below {least} %", share.segment);
            log.error(Code::ShareSum, row.origin("share_pct"), message).help(
                "give every country a row, in percent (61 for 61 %), or leave the segment out",
            );
        }
    }
}
