//! The tables of observed shares: which one a hindcast is scored against, and which of its segments.

use std::path::{Path, PathBuf};

use sim_core::scenario::Scenario;
use sim_core::scenario::observed::{self, ObservedShare};
use sim_core::scenario::panel::{self, Panel, Texts};
use sim_core::scenario::problem::{Code, Problem, Problems};

use super::asked::{HindcastError, Question};
use super::start::Start;
use crate::library::{self, FileUsed, Loaded};

/// An observed table.
#[derive(Debug)]
pub struct Table {
    /// The file.
    pub file: FileUsed,
    /// Its rows.
    pub rows: Vec<ObservedShare>,
    /// Segments of the table that are not scored, with the reason.
    pub left_out: Vec<(String, &'static str)>,
}

/// The observed shares of a year beside the scenario's tables; none if there is no such table.
///
/// # Errors
/// [`HindcastError::Problems`].
pub fn own_rows(loaded: &Loaded, year: i32) -> Result<Vec<ObservedShare>, HindcastError> {
    let Some(path) = own_table(loaded, year) else { return Ok(Vec::new()) };
    let (name, text, _) = library::read_text(&path)?;
    Ok(observed::read(&name, &text, &loaded.scenario, year)?.rows)
}

/// The figures of firms and markets beside the scenario's tables; none if there is no such table.
///
/// # Errors
/// [`HindcastError::Problems`].
pub fn own_panel(loaded: &Loaded) -> Result<Panel, HindcastError> {
    let Some(path) = beside(loaded, "panel.csv") else { return Ok(Panel::default()) };
    let (name, text, _) = library::read_text(&path)?;
    let (sources, list, _) = library::read_text(&path.with_file_name("panel_sources.csv"))?;
    let texts = Texts { figures: (&name, &text), sources: (&sources, &list) };
    Ok(panel::read(texts, &loaded.scenario)?)
}

/// The observed table: the one that is named, or the project's own of that year.
pub(super) fn table(
    asked: &Question,
    loaded: &Loaded,
    start: &Start,
) -> Result<Option<(Table, Vec<Problem>)>, HindcastError> {
    let Some(path) = asked.observed.clone().or_else(|| own_table(loaded, asked.to)) else {
        return Ok(None);
    };
    let (name, text, sha256) = library::read_text(&path)?;
    let read = observed::read(&name, &text, &loaded.scenario, asked.to)?;
    let left_out = left_out(&read.rows, &loaded.scenario, start);
    let scored = |row: &ObservedShare| left_out.iter().all(|(id, _)| *id != row.segment);
    if !read.rows.iter().any(scored) {
        return Err(Problems(vec![nothing_scored(&name, asked)]).into());
    }
    let table = Table { file: FileUsed { path: name, sha256 }, rows: read.rows, left_out };
    Ok(Some((table, read.warnings)))
}

/// The table of a year beside the scenario's own tables, if there is one.
fn own_table(loaded: &Loaded, year: i32) -> Option<PathBuf> {
    beside(loaded, &format!("observed_{year}.csv"))
}

/// A file beside the scenario's own tables, if there is one of that name.
fn beside(loaded: &Loaded, name: &str) -> Option<PathBuf> {
    let shares = loaded.files.iter().find(|file| file.path.ends_with("shares.csv"))?;
    let path = Path::new(&shares.path).with_file_name(name);
    path.is_file().then_some(path)
}

fn left_out(
    rows: &[ObservedShare],
    scenario: &Scenario,
    start: &Start,
) -> Vec<(String, &'static str)> {
    let mut found: Vec<(String, &'static str)> = Vec::new();
    for row in rows {
        if found.iter().any(|(id, _)| *id == row.segment) {
            continue;
        }
        let known = scenario.tables.segments.iter().find(|s| s.id == row.segment);
        let reason = match known {
            None => "not in the model",
            Some(segment) if !start.scores(segment) => start.reason(),
            Some(_) => continue,
        };
        found.push((row.segment.clone(), reason));
    }
    found
}

fn nothing_scored(name: &str, asked: &Question) -> Problem {
    Problem {
        code: Code::UnknownId,
        ..Problems::unreadable(
            name,
            &format!("no row of {} is about a segment that is scored", asked.to),
            Some("`scored` in segments.csv says which are".to_owned()),
        )
        .0
        .remove(0)
    }
}
