//! `manifest.json`: what a run directory holds and where it came from.

use std::collections::BTreeMap;

use serde::Serialize;
use sim_core::calendar::Quarter;
use sim_core::scenario::plain::printable;

use super::directory::{now_seconds, stamp};
use super::{RunDirectory, StoreError, seal};
use crate::experiment::Design;
use crate::library::Loaded;
use crate::question::Asked;
use crate::results::Results;
use sim_stats::summary::Summary;

/// Version of the layout of the run directory.
pub(super) const SCHEMA: u32 = 1;

/// What the command knows of a run.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Words of the command line.
    pub command: Vec<String>,
    /// Threads used.
    pub threads: usize,
    /// Seconds that the replicates took.
    pub seconds: f64,
    /// Whether all replicates finished.
    pub complete: bool,
    /// The scenario as which all began, and the quarter in which they part from it.
    pub trunk: Option<(Loaded, Quarter)>,
    /// The study that it answers.
    pub study: Option<Asked>,
}

/// The study that a run answers: its text is `study.toml`.
#[derive(Debug, Serialize)]
struct Answered {
    id: String,
    question: String,
    /// What the command line put in place of what the file says.
    changed: Vec<String>,
}

/// Where all scenarios come from.
#[derive(Debug, Serialize)]
struct Trunk {
    scenario: Scenario,
    branch_at: String,
}

#[derive(Debug, Serialize)]
struct Scenario {
    id: String,
    title: String,
    /// Sha-256 of the resolved scenario and its data.
    hash: String,
    /// Sha-256 of each file read.
    files: BTreeMap<String, String>,
}

/// The manifest.
#[derive(Debug, Serialize)]
pub struct Manifest {
    schema: u32,
    run: String,
    program: &'static str,
    version: &'static str,
    commit: &'static str,
    rustc: &'static str,
    command: Vec<String>,
    written: String,
    seed: u64,
    replicates_wanted: usize,
    replicates: usize,
    complete: bool,
    threads: usize,
    seconds: f64,
    start: String,
    end: String,
    dollars: &'static str,
    scenarios: Vec<Scenario>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trunk: Option<Trunk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    study: Option<Answered>,
    /// Sha-256 of every other file of the directory.
    files: BTreeMap<String, String>,
    /// Standard error of the mean paired difference, by scenario and headline.
    monte_carlo_error: BTreeMap<String, BTreeMap<&'static str, f64>>,
    /// Sha-256 of this file, taken with zeros in its place.
    sha256: &'static str,
}

impl Manifest {
    /// Gathers the facts of a run.
    pub fn new(
        directory: &RunDirectory,
        design: &Design,
        loaded: &[Loaded],
        results: &Results,
        facts: Facts,
    ) -> Self {
        let scenario = |l: &Loaded| Scenario {
            id: l.scenario.id.clone(),
            title: l.scenario.title.clone(),
            hash: l.hash.clone(),
            files: l.files.iter().map(|f| (f.path.clone(), f.sha256.clone())).collect(),
        };
        let errors = (1..design.scenarios.len())
            .map(|s| {
                let headlines = crate::outcome::HEADLINES
                    .iter()
                    .map(|h| (h.id, Summary::of(&results.difference(s, h.id)).error))
                    .collect();
                (design.scenarios[s].id.clone(), headlines)
            })
            .collect();
        Self {
            schema: SCHEMA,
            run: printable(&directory.id).into_owned(),
            program: "chokepoint",
            version: env!("CARGO_PKG_VERSION"),
            commit: option_env!("CHOKEPOINT_COMMIT").unwrap_or("unknown"),
            rustc: option_env!("CHOKEPOINT_RUSTC").unwrap_or("unknown"),
            command: facts.command.iter().map(|word| printable(word).into_owned()).collect(),
            written: stamp(now_seconds()),
            seed: design.seed,
            replicates_wanted: design.replicates,
            replicates: results.replicates(),
            complete: facts.complete,
            threads: facts.threads,
            seconds: facts.seconds,
            start: design.scenarios[0].start.to_string(),
            end: design.scenarios[0].end.to_string(),
            dollars: results.dollars.label(),
            scenarios: loaded.iter().map(scenario).collect(),
            trunk: facts
                .trunk
                .map(|(trunk, at)| Trunk { scenario: scenario(&trunk), branch_at: at.to_string() }),
            study: facts.study.map(|Asked { id, question, changed, .. }| Answered {
                id,
                question,
                changed,
            }),
            files: directory.hashes().iter().cloned().collect(),
            monte_carlo_error: errors,
            sha256: seal::BLANK,
        }
    }

    /// The file's text.
    ///
    /// # Errors
    /// [`StoreError::Json`].
    pub fn to_json(&self) -> Result<String, StoreError> {
        Ok(seal::seal(&(serde_json::to_string_pretty(self)? + "\n")))
    }
}
