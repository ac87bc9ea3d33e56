//! The ETO Advanced Semiconductor Supply Chain Dataset as published, read into a market table.
//!
//! `inputs.csv` names segments and their world markets, `providers.csv` countries and firms with their homes,
//! `provision.csv` who provides what with which share, `sequence.csv` which segment is a kind of which. Two
//! vintages differ: shares are `61%` or `61.0`, years stand in a column or nowhere, columns come and go.
//!
//! Invariant: text in, rows or *all* their problems out. Every row of `provision.csv` is in the tables or in the
//! notes, and whatever was changed on the way is noted with its place.

mod build;
mod country;
mod notes;
mod rows;
mod size;

pub use notes::{Effect, Note, Reason};

use super::problem::{Log, Problem, Problems, Severity};
use super::source::Files;
use notes::Notes;
use rows::Raw;

/// The files of the dataset that are read, in this order.
pub const FILES: [&str; 4] = ["inputs.csv", "providers.csv", "provision.csv", "sequence.csv"];

/// A file of the dataset.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The path that problems show.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// The share of a country or a firm in the world market of a segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// Segment id.
    pub segment_id: String,
    /// Name of the segment.
    pub segment: String,
    /// Name of the firm; empty for a country.
    pub firm: String,
    /// ISO-3 code of the country, or of the firm's home; `VAR` for a residual of several countries, `EUR` for
    /// Europe.
    pub country: String,
    /// Share of the world market, percent; `None` for a firm that is listed without one.
    pub share_pct: Option<f64>,
    /// Year.
    pub year: i32,
    /// World market of the segment as printed, nominal USD million; a firm's segment may have none.
    pub world_size_usd_m: Option<f64>,
    /// Who says so.
    pub source: String,
    /// What to mind.
    pub note: String,
}

/// What a vintage of the dataset holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Market {
    /// Shares of countries in the order of `provision.csv`; every one has a share and a size.
    pub countries: Vec<Share>,
    /// Firms in the order of `provision.csv`.
    pub firms: Vec<Share>,
    /// What was dropped and what was changed, in the order of files and lines.
    pub notes: Vec<Note>,
}

/// Reads the dataset: the texts of [`FILES`] in that order.
///
/// # Errors
/// All problems of all files.
pub fn read(named: [Named<'_>; 4]) -> Result<Market, Problems> {
    let mut files = Files::default();
    for file in named {
        files.add(file.name, file.text, false);
    }
    let mut log = Log::default();
    let mut notes = Notes::default();
    let raw = Raw::read(&files, &mut log);
    let (countries, firms) = build::build(&raw, &mut notes, &mut log);
    let problems: Vec<Problem> = log.place(&files);
    if problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(Problems(problems));
    }
    Ok(Market { countries, firms, notes: notes.place(&files) })
}
