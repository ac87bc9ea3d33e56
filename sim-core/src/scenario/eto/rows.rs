//! The four files as typed rows, before anything is joined.

use std::collections::{BTreeMap, BTreeSet};

use super::super::problem::{Code, Log};
use super::super::sheet::{self, Columns, Row};
use super::super::source::{Files, Origin};
use super::super::walk::{Bounds, similar};
use super::country;
use super::size::{self, Size};

/// A line of `inputs.csv`.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) size: Option<Size>,
    /// The printed text of the size, and where it stands.
    pub(super) printed: String,
    pub(super) size_at: Origin,
    pub(super) year: Option<i32>,
    pub(super) source: String,
}

/// A line of `providers.csv`.
#[derive(Debug)]
pub(super) struct Provider {
    pub(super) name: String,
    /// Whether it is a country, or a group of countries.
    pub(super) is_country: bool,
    /// ISO-3 code of the country, or of the firm's home.
    pub(super) country: String,
    /// How the file names that country, and where.
    pub(super) named: String,
    pub(super) at: Origin,
}

/// A line of `provision.csv`.
#[derive(Debug)]
pub(super) struct Provision {
    pub(super) provider: String,
    pub(super) provider_at: Origin,
    pub(super) segment: String,
    pub(super) segment_name: String,
    pub(super) at: Origin,
    pub(super) share: Option<f64>,
    pub(super) share_at: Origin,
    pub(super) percent: bool,
    pub(super) negligible: bool,
    pub(super) year: Option<i32>,
    pub(super) source: String,
}

/// A line of `sequence.csv` that says what is a kind of what.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) child: String,
    pub(super) parent: String,
    pub(super) at: Origin,
}

/// All four files.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub(super) inputs: Vec<Input>,
    pub(super) providers: BTreeMap<String, Provider>,
    pub(super) provisions: Vec<Provision>,
    pub(super) kinds: Vec<Kind>,
}

const SIZE: &str = "market_share_chart_global_market_size_info";
const SIZE_SOURCE: &str = "market_share_chart_source";

impl Raw {
    /// Reads the files, which stand in the order of [`super::FILES`].
    pub(super) fn read(files: &Files, log: &mut Log) -> Self {
        let mut sheet = |file: usize, needed: &'static [&'static str]| {
            // A dataset may have no segments that contain others.
            let may_be_empty = file == 3;
            let columns = Columns { needed, allowed: &[], others: true, may_be_empty };
            sheet::read(files, file, columns, &[], log)
        };
        let inputs = sheet(0, &["input_id", "input_name", SIZE]);
        let providers = sheet(1, &["provider_id", "provider_name", "provider_type", "country"]);
        let provisions = sheet(2, &["provider_id", "provided_id", "share_provided"]);
        let kinds = sheet(3, &["input_id", "is_type_of_id"]);
        let mut raw = Self {
            inputs: inputs.iter().filter_map(|row| input(row, log)).collect(),
            providers: BTreeMap::new(),
            provisions: provisions.iter().filter_map(|row| provision(row, log)).collect(),
            kinds: kinds.iter().filter_map(kind).collect(),
        };
        for row in &providers {
            raw.provider(row, log);
        }
        unique(&inputs, log);
        raw
    }

    fn provider(&mut self, row: &Row, log: &mut Log) {
        let (id, name) = (row.text("provider_id", log), row.text("provider_name", log));
        let is_country = row.word(
            "provider_type",
            &[("country", true), ("organization", false), ("organisation", false)],
            log,
        );
        let (Some(id), Some(name), Some(is_country)) = (id, name, is_country) else { return };
        let column = if is_country { "provider_name" } else { "country" };
        let named = row.cell(column).to_owned();
        let at = row.origin(column);
        // A firm of several countries has no home.
        let several = named.is_empty() && name.to_lowercase().starts_with("various");
        let code = if several { Some(country::SEVERAL.to_owned()) } else { country::code(&named) };
        let Some(country) = code else {
            let message =
                format!("`{named}` is no ISO-3 code of a country, and no name that is known");
            log.error(Code::UnknownWord, at, message).help(similar(
                "country",
                &named,
                &country::known(),
            ));
            return;
        };
        // A provider has a row for each of its aliases.
        if let Some(before) = self.providers.get(&id) {
            if (&before.name, &before.country) != (&name, &country) {
                let message = format!(
                    "`{id}` is {name}, {country}, but {}, {} further up",
                    before.name, before.country
                );
                log.error(Code::DuplicateId, row.origin("provider_id"), message)
                    .help("keep one of the rows, or give them the same name and country");
            }
            return;
        }
        self.providers.insert(id, Provider { name, is_country, country, named, at });
    }
}

/// Notes inputs that stand twice.
fn unique(rows: &[Row], log: &mut Log) {
    let mut seen = BTreeSet::new();
    for row in rows.iter().filter(|row| !row.cell("input_id").is_empty()) {
        if !seen.insert(row.cell("input_id")) {
            let message = format!("input `{}` stands twice", row.cell("input_id"));
            log.error(Code::DuplicateId, row.origin("input_id"), message)
                .help("delete one of the rows");
        }
    }
}

fn input(row: &Row, log: &mut Log) -> Option<Input> {
    let id = row.text("input_id", log);
    let name = row.text("input_name", log);
    let year = year(row, log);
    let printed = row.cell(SIZE).to_owned();
    Some(Input {
        id: id?,
        name: name?,
        size: size::parse(&printed),
        printed,
        size_at: row.origin(SIZE),
        year,
        source: row.cell(SIZE_SOURCE).to_owned(),
    })
}

fn provision(row: &Row, log: &mut Log) -> Option<Provision> {
    let provider = row.text("provider_id", log);
    let segment = row.text("provided_id", log);
    let cell = row.cell("share_provided");
    let share_at = row.origin("share_provided");
    let plain = cell.strip_suffix('%').map_or(cell, str::trim_end);
    let share = if cell.is_empty() { None } else { Some(share(plain, share_at, log)?) };
    Some(Provision {
        provider: provider?,
        provider_at: row.origin("provider_id"),
        segment: segment?,
        segment_name: row.cell("provided_name").to_owned(),
        at: row.origin("provided_id"),
        share,
        share_at,
        percent: plain.len() < cell.len(),
        negligible: !row.cell("negligible_market_share").is_empty(),
        year: year(row, log),
        source: row.cell("source").to_owned(),
    })
}

fn share(cell: &str, at: Origin, log: &mut Log) -> Option<f64> {
    if let Ok(share) = cell.parse::<f64>() {
        return Bounds::new(0.0, 100.0).check(share, at, log);
    }
    log.error(Code::NotANumber, at, format!("`{cell}` in column `share_provided` is no share"))
        .help("write percent, such as 61% or 61.0, or leave the cell empty");
    None
}

/// The year of a row; `None` if the cell is empty, or has been noted.
fn year(row: &Row, log: &mut Log) -> Option<i32> {
    if row.cell("year").is_empty() { None } else { row.integer("year", 1990, 2100, log) }
}

fn kind(row: &Row) -> Option<Kind> {
    let (child, parent) = (row.cell("input_id"), row.cell("is_type_of_id"));
    (!child.is_empty() && !parent.is_empty()).then(|| Kind {
        child: child.to_owned(),
        parent: parent.to_owned(),
        at: row.origin("is_type_of_id"),
    })
}
