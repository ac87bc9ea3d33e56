//! A finished run directory, read back: what tables, findings and figures are made from.
//!
//! Invariant: nothing is simulated here. A file whose hash is not the manifest's is not read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::Type as Physical;
use parquet::data_type::ByteArray;
use serde::Deserialize;
use sim_core::record::Record;
use sim_core::scenario::plain::{is_id, is_line};

use super::manifest::SCHEMA;
use super::order::Order;
use super::table::{Reading, Table, Values};
use super::{Kind, OUTCOMES, RunDirectory, StoreError, disk, foreign, seal};
use crate::library::sha256;
use crate::outcome::{HEADLINES, Reader};
use crate::reported::{REPORTED, Reported};
use crate::results::Results;
use crate::study::Study;

const STUDY: &str = "study.json";
const HEADLINES_FILE: &str = "headlines.parquet";
/// Column of the US share that design-out is measured against.
const BASE_SHARE: &str = "base-us-share";

/// A finished comparison.
#[derive(Debug)]
pub struct Run {
    /// Its directory.
    pub path: PathBuf,
    /// What its manifest says.
    pub facts: RunFacts,
    /// What it is about.
    pub study: Study,
    /// Its numbers. Records hold no firms: those stand in `firms.parquet`.
    pub results: Results,
}

/// The part of a manifest that a reader of the run needs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RunFacts {
    /// Version of the layout.
    pub schema: u32,
    /// Run id.
    pub run: String,
    /// Program version that wrote it.
    pub version: String,
    /// Commit of that program.
    pub commit: String,
    /// Words of the command line.
    pub command: Vec<String>,
    /// When it was written.
    pub written: String,
    /// Whether all replicates finished.
    pub complete: bool,
    /// Seed; nothing where an older program wrote it, as below.
    #[serde(default)]
    pub seed: Option<u64>,
    /// Replicates that were run.
    #[serde(default)]
    pub replicates: Option<usize>,
    /// First quarter.
    #[serde(default)]
    pub start: Option<String>,
    /// Last quarter.
    #[serde(default)]
    pub end: Option<String>,
    /// Price level of money.
    #[serde(default)]
    pub dollars: Option<String>,
    /// Standard error of the mean paired difference, by scenario and headline; `None` where it is no number.
    #[serde(default)]
    pub monte_carlo_error: Option<BTreeMap<String, BTreeMap<String, Option<f64>>>>,
    /// Sha-256 of every other file.
    pub files: BTreeMap<String, String>,
    /// What each scenario was read from.
    #[serde(default)]
    pub scenarios: Vec<ReadFrom>,
    /// The scenario as which all began, if there is one.
    #[serde(default)]
    pub trunk: Option<TrunkFrom>,
    /// The study that it answers, if there is one.
    #[serde(default)]
    pub study: Option<StudyFrom>,
}

/// The study of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StudyFrom {
    /// Its id.
    pub id: String,
    /// What the command line put in place of what the file says, by the file's keys.
    #[serde(default)]
    pub changed: Vec<String>,
}

/// The trunk of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TrunkFrom {
    /// What it was read from.
    pub scenario: ReadFrom,
    /// First quarter under each scenario's own law.
    pub branch_at: String,
}

/// A scenario of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReadFrom {
    /// Its id.
    pub id: String,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// Sha-256 of each file read, by path as seen from where the program ran.
    pub files: BTreeMap<String, String>,
}

/// Writes what a reader needs beside the tables: `study.json` and `headlines.parquet`, one row per run with every
/// headline, every row of its question and the US share of the base year.
///
/// # Errors
/// [`StoreError`].
pub fn write_study(
    directory: &mut RunDirectory,
    study: &Study,
    results: &Results,
) -> Result<(), StoreError> {
    directory.write(STUDY, study.to_json()?.as_bytes())?;
    let mut columns: Vec<(&str, Physical)> = vec![
        ("scenario_id", Physical::BYTE_ARRAY),
        ("experiment_id", Physical::INT32),
        ("replication_id", Physical::INT32),
        (BASE_SHARE, Physical::DOUBLE),
    ];
    columns.extend(HEADLINES.iter().map(|h| (h.id, Physical::DOUBLE)));
    columns.extend(study.rows().iter().map(|row| (row.id.as_str(), Physical::DOUBLE)));
    let mut table = Table::create(&directory.temporary(HEADLINES_FILE), &columns, Vec::new())?;
    table.group(headline_rows(study, results))?;
    table.close()?;
    directory.finish(HEADLINES_FILE)
}

/// One row per run: replicates in order, and in each all scenarios in theirs, as in the other tables.
fn headline_rows(study: &Study, results: &Results) -> Vec<Values> {
    let ids: Vec<ByteArray> =
        study.regimes.iter().map(|r| ByteArray::from(r.id.as_str())).collect();
    let runs = || (0..results.replicates()).flat_map(|r| (0..ids.len()).map(move |s| (r, s)));
    let numbers = |value: &dyn Fn(usize, usize) -> f64| {
        Values::Number(runs().map(|(r, s)| value(r, s)).collect())
    };
    let mut columns = vec![
        Values::Text(runs().map(|(_, s)| ids[s].clone()).collect()),
        Values::Count(runs().map(|(r, _)| r as i32).collect()),
        Values::Count(runs().map(|_| 0).collect()),
        numbers(&|r, s| results.records[s][r].base_us_share),
    ];
    let values = HEADLINES.len() + study.rows().len();
    columns.extend((0..values).map(|h| numbers(&|r, s| results.headlines[s][h][r])));
    columns
}

impl Run {
    /// Opens a finished run directory: checks it against its manifest and reads its numbers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let facts = facts(path)?;
        let study = String::from_utf8(checked(path, STUDY, &facts)?).unwrap_or_default();
        let study = Study::from_json(&study)?;
        let reader = study.reader()?;
        let bytes = checked(path, HEADLINES_FILE, &facts)?;
        let (shares, headlines) = headlines(&path.join(HEADLINES_FILE), bytes, &study)?;
        let bytes = checked(path, OUTCOMES, &facts)?;
        let records = records((&path.join(OUTCOMES), bytes), &study, &reader, &shares)?;
        let results = Results { reader, dollars: study.dollars, records, headlines };
        Ok(Self { path: path.to_owned(), facts, study, results })
    }
}

impl RunFacts {
    /// Reads the manifest of a run directory.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read(path: &Path) -> Result<Self, StoreError> {
        facts(path)
    }
}

impl Run {
    /// Its past against what firms reported; `None` of a run whose program did not write it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn reported(&self) -> Result<Option<Reported>, StoreError> {
        if !self.facts.files.contains_key(REPORTED) {
            return Ok(None);
        }
        let path = self.path.join(REPORTED);
        let broken = |reason: String| StoreError::Broken { path: path.clone(), reason };
        let bytes = checked(&self.path, REPORTED, &self.facts)?;
        let text = String::from_utf8(bytes).map_err(|_| broken("it is no text".to_owned()))?;
        Reported::from_json(&text).map(Some).map_err(broken)
    }
}

/// Reads the manifest.
fn facts(path: &Path) -> Result<RunFacts, StoreError> {
    let kind = Kind::of(path);
    if !matches!(kind, Kind::Comparison | Kind::Unfinished | Kind::Nothing) {
        return Err(kind.refused(path, "a comparison"));
    }
    let manifest = path.join("manifest.json");
    let text = disk::read_text(&manifest).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound if path.is_dir() => StoreError::Unfinished(path.to_owned()),
        _ => StoreError::File { path: manifest.clone(), source },
    })?;
    let broken = |reason: String| StoreError::Broken { path: manifest.clone(), reason };
    seal::check(&text).map_err(|reason| broken(reason.to_owned()))?;
    let facts: RunFacts = foreign::read(&text).map_err(broken)?;
    if facts.schema != SCHEMA {
        let read = format!("its layout is version {}, this program reads {SCHEMA}", facts.schema);
        return Err(broken(read));
    }
    if !facts.files.keys().all(|name| foreign::is_inner(name)) {
        return Err(broken("it names a file outside of its directory".to_owned()));
    }
    let trunk = facts.trunk.iter().map(|trunk| &trunk.scenario);
    if !facts.scenarios.iter().chain(trunk).all(|from| is_id(&from.id)) || !is_line(&facts.run) {
        return Err(broken("it has an id that cannot be one".to_owned()));
    }
    Ok(facts)
}

/// The bytes of a file whose hash is the manifest's: what is used is what was checked.
pub(super) fn checked(path: &Path, name: &str, facts: &RunFacts) -> Result<Vec<u8>, StoreError> {
    let file = path.join(name);
    let Some(wanted) = facts.files.get(name) else {
        let reason = "the run has no such file: it is no comparison, or an older program wrote it";
        return Err(StoreError::Broken { path: file, reason: reason.to_owned() });
    };
    let bytes =
        disk::read(&file).map_err(|source| StoreError::File { path: file.clone(), source })?;
    if sha256(&bytes) == *wanted {
        Ok(bytes)
    } else {
        let reason = "it is not the file that the run wrote: its hash differs from manifest.json; \
                      run the comparison again, or copy the whole directory anew";
        Err(StoreError::Broken { path: file, reason: reason.to_owned() })
    }
}

/// The US share of the base year, and all headlines, of each run: scenario × replicate, and scenario × headline ×
/// replicate.
type Headlines = (Vec<Vec<f64>>, Vec<Vec<Vec<f64>>>);

fn headlines(path: &Path, bytes: Vec<u8>, study: &Study) -> Result<Headlines, StoreError> {
    let table = Reading::of(path, bytes)?;
    let names = table.columns();
    let broken = |reason: String| StoreError::Broken { path: path.to_owned(), reason };
    let column = |name: &str| -> Result<Vec<Vec<f64>>, StoreError> {
        let place = names
            .iter()
            .position(|n| n == name)
            .ok_or_else(|| broken(format!("it has no column `{name}`")))?;
        let mut values = Vec::new();
        for group in 0..table.groups() {
            values.extend(table.numbers(group, place)?);
        }
        let scenarios = study.regimes.len();
        if !values.len().is_multiple_of(scenarios) {
            return Err(broken("some scenarios have more runs than others".to_owned()));
        }
        Ok((0..scenarios)
            .map(|s| values.iter().skip(s).step_by(scenarios).copied().collect())
            .collect())
    };
    let shares = column(BASE_SHARE)?;
    let mut headlines = vec![Vec::new(); study.regimes.len()];
    let rows = study.rows().iter().map(|row| row.id.as_str());
    for id in HEADLINES.iter().map(|h| h.id).chain(rows) {
        for (all, values) in headlines.iter_mut().zip(column(id)?) {
            all.push(values);
        }
    }
    Ok((shares, headlines))
}

/// Records, scenario × replicate.
fn records(
    (path, bytes): (&Path, Vec<u8>),
    study: &Study,
    reader: &Reader,
    shares: &[Vec<f64>],
) -> Result<Vec<Vec<Arc<Record>>>, StoreError> {
    let table = Reading::of(path, bytes)?;
    let broken =
        |reason: &str| StoreError::Broken { path: path.to_owned(), reason: reason.to_owned() };
    let place = table.columns().iter().position(|n| n == "value");
    let place = place.ok_or_else(|| broken("it has no column `value`"))?;
    let order = Order::of_file(reader, table.metadata());
    let width = order.values();
    if width == 0 {
        return Err(broken("study.json describes no values"));
    }
    let mut records: Vec<Vec<Arc<Record>>> = vec![Vec::new(); study.regimes.len()];
    for group in 0..table.groups() {
        let values = table.numbers(group, place)?;
        if !values.len().is_multiple_of(width * records.len()) {
            return Err(broken("its rows are not those that study.json describes"));
        }
        let scenarios = records.len();
        for (i, run) in values.chunks_exact(width).enumerate() {
            let scenario = i % scenarios;
            let share = shares[scenario].get(records[scenario].len());
            let share = share.ok_or_else(|| broken("it has more runs than headlines.parquet"))?;
            let [quarterly, yearly] = order.read(run);
            records[scenario].push(Arc::new(Record {
                quarterly,
                yearly,
                firms: Vec::new(),
                detail: Vec::new(),
                base_us_share: *share,
            }));
        }
    }
    if records[0].is_empty() || records[0].len() != shares[0].len() {
        return Err(broken("it has not as many runs as headlines.parquet"));
    }
    Ok(records)
}
