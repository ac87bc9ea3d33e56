//! The sample: draws of the prior, and what a statistic would show of each.
//!
//! Parts are whole or not there: each is written beside its name and renamed. A sample that was stopped goes on from
//! its parts, to the same bytes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sim_core::scenario::Scenario;
use sim_core::scenario::panel::Panel;

use crate::experiment::{Design, RunError};
use crate::hindcast::start::Start;
use crate::hindcast::{COUNTRIES, Observation, Observer};
use crate::library::sha256;
use crate::store::{Kind, Lock, StoreError, disk, write_whole};
use crate::sweep::plan::program;

/// Draws in a part: a minute of work or less.
const PART: usize = 100;
/// The file that says what a directory samples.
const PLAN: &str = "sample.json";

/// What is sampled. Parts of different plans do not mix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// SHA-256 of the scenario.
    pub scenario_hash: String,
    /// Seed.
    pub seed: u64,
    /// Version of the program.
    pub version: String,
    /// Its commit.
    pub commit: String,
}

impl Plan {
    /// A plan of this program.
    pub fn new(scenario_hash: &str, seed: u64) -> Self {
        let (version, commit, _) = program();
        Self {
            scenario_hash: scenario_hash.to_owned(),
            seed,
            version: version.to_owned(),
            commit: commit.to_owned(),
        }
    }
}

/// Why a sample failed.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// A run failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Another process writes the directory.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Reason.
        source: std::io::Error,
    },
    /// The directory holds something else.
    #[error("{path}: {reason}")]
    Other {
        /// Which file.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// Stopped; what is done stays.
    #[error("stopped after {0} draws")]
    Stopped(usize),
}

/// Simulated values of many draws.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Ids of the scored segments.
    pub segments: Vec<String>,
    /// Observations by draw.
    pub draws: Vec<Observation>,
}

/// Owns the directory of a sample, which is created if it is not there.
///
/// # Errors
/// [`SampleError::Store`] with the owner if there is one.
pub fn own(dir: &Path) -> Result<Lock, SampleError> {
    disk::create_directory(dir)
        .map_err(|source| SampleError::File { path: dir.to_owned(), source })?;
    Ok(Lock::whole(dir)?)
}

/// Runs a sample, or goes on with it. Who calls it [`own`]s the directory.
///
/// # Errors
/// [`SampleError`].
pub fn run(
    (dir, _): (&Path, &Lock),
    plan: &Plan,
    design: &Design,
    (roster_of, panel): (&Scenario, &Arc<Panel>),
    stop: &AtomicBool,
    tick: &(dyn Fn(usize) + Sync),
) -> Result<Sample, SampleError> {
    claim(&dir.join(PLAN), plan)?;
    let start = Start::new(roster_of.clone(), None);
    let observer = Observer::new(design, &start, panel)?;
    let segments: Vec<String> = observer.segments.iter().map(|s| s.segment.clone()).collect();
    let columns = header(&segments, &observer.names());
    let mut draws = Vec::with_capacity(design.replicates);
    for first in (0..design.replicates).step_by(PART) {
        let path = dir.join(format!("part-{:05}.csv", first / PART));
        let rows = match disk::read_text(&path) {
            Ok(text) => unsealed(&text, plan, first)
                .and_then(|rows| parse(rows, &columns, segments.len()))
                .ok_or_else(|| SampleError::Other {
                    path: path.clone(),
                    reason: "is damaged, or no part of this sample: delete it".to_owned(),
                })?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                if stop.load(Ordering::Relaxed) {
                    return Err(SampleError::Stopped(first));
                }
                let rows = play(design, &observer, first)?;
                write(&path, &sealed(&render(&columns, &rows), plan, first))?;
                rows
            }
            Err(source) => return Err(SampleError::File { path, source }),
        };
        tick(rows.len());
        draws.extend(rows);
    }
    draws.truncate(design.replicates);
    Ok(Sample { segments, draws })
}

fn play(design: &Design, observer: &Observer, first: usize) -> Result<Vec<Observation>, RunError> {
    (first..first + PART)
        .into_par_iter()
        .map(|draw| Ok(observer.observe(&design.replicate(draw)?.records[0])))
        .collect()
}

/// A directory belongs to one plan.
fn claim(path: &Path, plan: &Plan) -> Result<(), SampleError> {
    let text = match disk::read_text(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let kind = path.parent().map_or(Kind::Nothing, Kind::of);
            if !matches!(kind, Kind::Empty | Kind::Directory | Kind::Nothing) {
                let reason = format!(
                    "the directory is {}, no place for a sample: name another with --dir",
                    kind.words()
                );
                return Err(SampleError::Other { path: path.to_owned(), reason });
            }
            let text = serde_json::to_string_pretty(plan).unwrap_or_default();
            return write(path, &(text + "\n"));
        }
        Err(source) => return Err(SampleError::File { path: path.to_owned(), source }),
    };
    if serde_json::from_str::<Plan>(&text).is_ok_and(|there| there == *plan) {
        return Ok(());
    }
    let reason = "holds a sample of another scenario, seed or version: name another directory";
    Err(SampleError::Other { path: path.to_owned(), reason: reason.to_owned() })
}

fn write(path: &Path, text: &str) -> Result<(), SampleError> {
    let fail = |source| SampleError::File { path: path.to_owned(), source };
    write_whole(path, text.as_bytes()).map_err(fail)
}

/// Names of the columns: shares by country and segment, then facts.
fn header(segments: &[String], facts: &[String]) -> Vec<String> {
    let shares =
        COUNTRIES.iter().flat_map(|(c, _)| segments.iter().map(move |s| format!("{c}:{s}")));
    shares.chain(facts.iter().cloned()).collect()
}

fn render(columns: &[String], rows: &[Observation]) -> String {
    let mut text = columns.join(",") + "\n";
    for row in rows {
        let shares = (0..COUNTRIES.len()).flat_map(|c| row.shares.iter().map(move |s| s[c]));
        let facts = row.facts.iter().map(|fact| fact.unwrap_or(f64::NAN));
        let cells: Vec<String> = shares.chain(facts).map(|x| x.to_string()).collect();
        text += &(cells.join(",") + "\n");
    }
    text
}

/// What a part ends with: a hash of its rows, its place and its plan, so that a changed digit or a part of another
/// sample is known.
fn seal(rows: &str, plan: &Plan, first: usize) -> String {
    let Plan { scenario_hash, seed, version, commit } = plan;
    let about = format!("{scenario_hash}\n{seed}\n{version}\n{commit}\n{first}\n");
    format!("sha256,{}\n", sha256((about + rows).as_bytes()))
}

fn sealed(rows: &str, plan: &Plan, first: usize) -> String {
    rows.to_owned() + &seal(rows, plan, first)
}

/// The rows of a part, if its seal is right.
fn unsealed<'t>(text: &'t str, plan: &Plan, first: usize) -> Option<&'t str> {
    let (rows, end) = text.split_at_checked(text.rfind("sha256,")?)?;
    (end == seal(rows, plan, first)).then_some(rows)
}

/// The rows of a part of `n` segments, if it has these columns.
fn parse(text: &str, columns: &[String], n: usize) -> Option<Vec<Observation>> {
    let mut lines = text.lines();
    if lines.next()? != columns.join(",") {
        return None;
    }
    let rows: Option<Vec<Observation>> = lines
        .map(|line| {
            let cells: Vec<f64> =
                line.split(',').map(|cell| cell.parse().ok()).collect::<Option<_>>()?;
            if cells.len() != columns.len() {
                return None;
            }
            Some(Observation {
                shares: (0..n).map(|s| [cells[s], cells[n + s]]).collect(),
                facts: cells[2 * n..].iter().map(|x| x.is_finite().then_some(*x)).collect(),
            })
        })
        .collect();
    rows.filter(|rows| rows.len() == PART)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: [&str; 3] = ["lam-fy2024", "asml-2024", "five"];

    fn plan(seed: u64) -> Plan {
        Plan { scenario_hash: "ab".into(), seed, version: "1".into(), commit: "c".into() }
    }

    fn observation(x: f64) -> Observation {
        let facts = FACTS.iter().map(|name| (name.len() % 2 == 0).then_some(x / 3.0)).collect();
        Observation { shares: vec![[x, 1.0 - x], [0.1 + x, 1e-300]], facts }
    }

    #[test]
    fn a_part_reads_back_to_the_last_bit_and_a_damaged_one_does_not() {
        let segments = ["N1".to_owned(), "N2".to_owned()];
        let rows: Vec<Observation> = (0..PART).map(|i| observation(0.1 * i as f64)).collect();
        let columns = header(&segments, &FACTS.map(str::to_owned));
        let text = render(&columns, &rows);
        assert_eq!(parse(&text, &columns, 2), Some(rows));
        assert_eq!(parse(&text.replace("CHN:N2", "CHN:N3"), &columns, 2), None);
        let other = header(&segments, &["lam-fy2024".to_owned(), "asml-2024".to_owned()]);
        assert_eq!(parse(&text, &other, 2), None, "another panel");
        let short: String = text.split_inclusive('\n').take(PART).collect();
        assert_eq!(parse(&short, &columns, 2), None);
        let part = sealed(&text, &plan(1), 100);
        assert_eq!(unsealed(&part, &plan(1), 100), Some(text.as_str()));
        for place in (0..part.len()).step_by(7) {
            let mut bytes = part.clone().into_bytes();
            bytes[place] ^= 1;
            let damaged = String::from_utf8(bytes).expect("ASCII");
            assert_eq!(unsealed(&damaged, &plan(1), 100), None, "byte {place}");
            assert_eq!(unsealed(&part[..place], &plan(1), 100), None, "cut at {place}");
        }
        for (other, first) in [(plan(2), 100), (plan(1), 0)] {
            assert_eq!(unsealed(&part, &other, first), None);
        }
    }

    #[test]
    fn a_directory_belongs_to_one_plan() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join(PLAN);
        claim(&path, &plan(1)).expect("empty");
        claim(&path, &plan(1)).expect("the same");
        let error = claim(&path, &plan(2)).expect_err("another").to_string();
        assert!(error.contains("another seed") || error.contains("another scenario"), "{error}");
    }
}
