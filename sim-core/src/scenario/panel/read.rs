//! The reader of the panel.

use std::collections::BTreeSet;

use super::{Day, Definition, Figure, LAST, Panel, Role, Seen, Source};
use crate::scenario::Scenario;
use crate::scenario::problem::{Code, Log, Problems};
use crate::scenario::sheet::{self, Columns, Row};
use crate::scenario::source::Files;
use crate::scenario::walk::{Bounds, similar};

/// The largest figure that is no slip of units.
const LARGEST: f64 = 1e7;
/// The unit of most definitions.
const PERCENT: &str = "percent";

/// Names and texts of the two tables.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    /// The figures.
    pub figures: (&'a str, &'a str),
    /// Their sources.
    pub sources: (&'a str, &'a str),
}

/// Reads the figures and their sources. Firms and segments are those of the scenario.
///
/// # Errors
/// All problems of both tables.
pub fn read(texts: Texts<'_>, scenario: &Scenario) -> Result<Panel, Problems> {
    const FIGURES: Columns = Columns {
        needed: &[
            "id",
            "fact",
            "what",
            "firms",
            "segments",
            "of",
            "since",
            "start",
            "end",
            "low",
            "high",
            "error",
            "why",
            "unit",
            "definition",
            "role",
            "seen",
            "shown",
            "source",
            "note",
        ],
        allowed: &[],
        others: false,
        may_be_empty: false,
    };
    const SOURCES: Columns = Columns {
        needed: &["id", "title", "publisher", "year", "url", "accessed_as"],
        allowed: &["note"],
        others: false,
        may_be_empty: false,
    };
    let mut files = Files::default();
    let mut log = Log::default();
    let file = files.add(texts.sources.0, texts.sources.1, false);
    let rows = sheet::read(&files, file, SOURCES, &[], &mut log);
    unique(&rows, &mut log);
    let sources: Vec<Source> = rows.iter().filter_map(|row| source(row, &mut log)).collect();
    let known: Vec<String> = sources.iter().map(|source| source.id.clone()).collect();
    let file = files.add(texts.figures.0, texts.figures.1, false);
    let rows = sheet::read(&files, file, FIGURES, &known, &mut log);
    unique(&rows, &mut log);
    let ids: Vec<&str> = rows.iter().map(|row| row.cell("id")).collect();
    let figures: Vec<Option<Figure>> = rows
        .iter()
        .enumerate()
        .map(|(i, row)| figure(row, &ids[..i], scenario, &mut log))
        .collect();
    pools(&figures, &rows, &mut log);
    let problems = log.place(&files);
    if problems.is_empty() {
        // Without a problem no row is missing, so places are those of the file.
        return Ok(Panel { figures: figures.into_iter().flatten().collect(), sources });
    }
    Err(Problems(problems))
}

/// What is pooled has firms of its own: pools of pools would count nothing.
fn pools(figures: &[Option<Figure>], rows: &[Row], log: &mut Log) {
    for (figure, row) in figures.iter().zip(rows) {
        let Some(figure) = figure.as_ref().filter(|figure| figure.since.is_none()) else {
            continue;
        };
        let parts = figure.of.iter().filter_map(|i| figures[*i].as_ref());
        for part in parts.filter(|part| part.firms.is_empty()) {
            let message = format!("`{}` is pooled itself", part.id);
            log.error(Code::ExclusiveKeys, row.origin("of"), message)
                .help("name the rows of single firms");
        }
    }
}

/// Ids stand once.
fn unique(rows: &[Row], log: &mut Log) {
    let mut seen = BTreeSet::new();
    for row in rows {
        if !seen.insert(row.cell("id")) {
            let message = format!("`{}` stands twice", row.cell("id"));
            log.error(Code::DuplicateId, row.origin("id"), message);
        }
    }
}

fn source(row: &Row, log: &mut Log) -> Option<Source> {
    let id = row.text("id", log);
    let title = row.text("title", log);
    let accessed_as = row.text("accessed_as", log);
    Some(Source { id: id?, title: title?, accessed_as: accessed_as? })
}

/// A row; `earlier` are the ids of the rows above it.
fn figure(row: &Row, earlier: &[&str], scenario: &Scenario, log: &mut Log) -> Option<Figure> {
    let text = |column, log: &mut Log| row.text(column, log);
    let (id, fact, what) = (text("id", log), text("fact", log), text("what", log));
    let (shown, why, unit) = (text("shown", log), text("why", log), text("unit", log));
    let bounds = Bounds::new(-LARGEST, LARGEST);
    let (low, high) = (row.number("low", bounds, log), row.number("high", bounds, log));
    if let (Some(low), Some(high)) = (low, high)
        && low > high
    {
        let message = format!("the range ends at {high}, below its begin at {low}");
        log.error(Code::OutOfRange, row.origin("high"), message)
            .help("write the smaller number in column `low`");
    }
    let error = row.number("error", Bounds::new(0.0, LARGEST), log);
    let (start, end) = window(row, log);
    let definition = row.word("definition", &Definition::words(), log);
    let role = row.word("role", &Role::words(), log);
    let seen = row.word("seen", &Seen::words(), log);
    wall(row, role, seen, error, log);
    let suppliers: Vec<&str> = scenario.tables.suppliers.iter().map(|s| s.id.as_str()).collect();
    let markets: Vec<&str> = scenario.tables.segments.iter().map(|s| s.id.as_str()).collect();
    let firms = several(row, "firms", "supplier", &suppliers, log);
    let segments = several(row, "segments", "segment", &markets, log);
    let of = several(row, "of", "row above", earlier, log);
    let since = several(row, "since", "row above", earlier, log);
    let figure = Figure {
        id: id?,
        fact: fact?,
        what: what?,
        firms: firms.into_iter().map(|i| suppliers[i].to_owned()).collect(),
        segments: segments.into_iter().map(|i| markets[i].to_owned()).collect(),
        of,
        since: since.first().copied(),
        start: start?,
        end: end?,
        low: low?,
        high: high?,
        error: error?,
        why: why?,
        unit: unit?,
        definition: definition?,
        role: role?,
        seen: seen?,
        shown: shown?,
        source: row.cell("source").to_owned(),
        note: row.cell("note").to_owned(),
    };
    complete(&figure, row, log);
    Some(figure)
}

/// The first and the last day.
fn window(row: &Row, log: &mut Log) -> (Option<Day>, Option<Day>) {
    let mut day = |column| {
        let cell = row.cell(column);
        let read = cell.parse::<Day>();
        if read.is_err() {
            let message = format!("`{cell}` in column `{column}` is no day");
            log.error(Code::BadDate, row.origin(column), message)
                .help("write a date like 2022-10-07");
        }
        read.ok()
    };
    let (start, end) = (day("start"), day("end"));
    if let (Some(start), Some(end)) = (start, end) {
        if end < start {
            let message = format!("it ends on {end}, before it begins on {start}");
            log.error(Code::DateOrder, row.origin("end"), message).help("swap the two days");
        }
        let last = Day::new(LAST.0, LAST.1, LAST.2);
        if end > last {
            let message =
                format!("it ends on {end}: figures after {last} are kept for the evaluation");
            log.error(Code::OutsideTime, row.origin("end"), message).help("leave the row out");
        }
    }
    (start, end)
}

/// What nobody has seen is not scored, and what is scored has an error.
fn wall(row: &Row, role: Option<Role>, seen: Option<Seen>, error: Option<f64>, log: &mut Log) {
    let scored = role.is_some_and(|role| role != Role::Shown);
    if scored && seen == Some(Seen::Memory) {
        let message = "a figure from memory can be shown, never scored or fitted";
        log.error(Code::ExclusiveKeys, row.origin("role"), message)
            .help("write `shown`, or find the figure and write where");
    }
    if scored && error == Some(0.0) {
        let message = "a figure that is scored has an error of measurement above 0";
        log.error(Code::OutOfRange, row.origin("error"), message)
            .help("half the last printed digit is the least");
    }
}

/// Ids in a cell, set apart by blanks, as places among the known.
fn several(row: &Row, column: &str, what: &str, known: &[&str], log: &mut Log) -> Vec<usize> {
    let mut places = Vec::new();
    for id in row.cell(column).split_whitespace() {
        match known.iter().position(|k| *k == id) {
            Some(place) => places.push(place),
            None => {
                log.error(
                    Code::UnknownId,
                    row.origin(column),
                    format!("there is no {what} `{id}`"),
                )
                .help(similar(what, id, known));
            }
        }
    }
    places
}

/// What a definition cannot do without.
fn complete(figure: &Figure, row: &Row, log: &mut Log) {
    use Definition as D;
    let mut need = |column: &str, missing: bool, help: &str| {
        if missing {
            let word = figure.definition.as_str();
            let message = format!("`{word}` needs column `{column}`");
            log.error(Code::MissingKey, row.origin(column), message).help(help);
        }
    };
    let (firms, of) = (figure.firms.is_empty(), figure.of.is_empty());
    match figure.definition {
        D::DomesticByLaw | D::DomesticBySide | D::UsImports => {}
        D::SalesGrowth | D::ValueGrowth => {
            need("of", figure.of.len() != 1, "write the id of one row above");
            need("since", figure.since.is_none(), "write the id of the earlier row");
        }
        D::ChinaShare | D::StateShare => {
            need("firms", firms && of, "write the firm, or in `of` the rows that are pooled");
        }
        D::Mix | D::WorldShare => {
            need("firms", firms, "write the supplier's id");
            need("segments", figure.segments.is_empty(), "write the ids of the segments");
        }
        _ => need("firms", firms, "write the supplier's id"),
    }
    let unit = match figure.definition {
        D::AnnouncedLoss => "USD bn",
        D::SalesBooked => "USD m",
        _ => PERCENT,
    };
    if figure.unit != unit {
        let message =
            format!("`{}` is in {unit}, not in `{}`", figure.definition.as_str(), figure.unit);
        log.error(Code::UnitMismatch, row.origin("unit"), message).help(format!("write {unit}"));
    }
}
