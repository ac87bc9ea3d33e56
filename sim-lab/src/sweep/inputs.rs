//! From an experiment file to a directory with a plan and copies of everything that it was read from.
//!
//! Shards read the copies, never the originals: a scenario that is edited while a sweep runs changes nothing,
//! and the directory can be moved to another machine.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use sim_core::metric::NAMED_FIRMS;
use sim_core::scenario::Scenario;
use sim_core::scenario::plain::printable;
use sim_core::scenario::problem::{Code, Problem, Problems};

use super::arms::Arm;
use super::checked::{Changes, Checked, check};
use super::error::SweepError;
use super::file::DESIGN_OUT;
use super::merge::GROUP;
use super::part::KEYS;
use super::plan::{PLAN, Plan, PlannedArm, SCHEMA, Wish, program};
use super::session::Sweep;
use crate::experiment::Design;
use crate::library::{self, Loaded, sha256};
use crate::limits;
use crate::notes::Notes;
use crate::store::{OUTPUTS, RunDirectory, StoreError, disk, foreign};

/// Names of the copies that are no tables.
const SOURCES: &str = "sources.toml";
const ENSEMBLE: &str = "ensemble.toml";
/// Replicates of the probe that measures the speed.
const PROBE: usize = 2;

/// Bytes of a value in a table of a sweep: the number and its place in the dictionary of its column.
const A_VALUE: u64 = 10;
/// Bytes of the ids of a row.
const A_ROW: u64 = 4;
/// Bytes that a column of a row group takes beside its values: headers, statistics, its place in the footer.
const A_CHUNK: u64 = 300;
/// Bytes of a line of `summary.csv`.
const A_SUMMARY: u64 = 260;

/// An experiment that was read and measured, before anything is written.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The plan, complete but for its seal.
    pub plan: Plan,
    /// Warnings of the scenarios.
    pub warnings: Vec<Problem>,
    /// Quarters of a run.
    pub quarters: usize,
    loaded: Vec<Loaded>,
}

/// Reads an experiment, loads its scenarios, measures a few replicates, and cuts the sweep into shards.
///
/// # Errors
/// All problems of the experiment and its scenarios; a failed replicate.
pub fn prepare(path: &Path, changes: &Changes, wish: Wish) -> Result<Prepared, SweepError> {
    let Checked { name, text, experiment, drafts, loaded, points, warnings } =
        check(path, changes)?;
    let scenarios: Vec<&Scenario> = loaded.iter().map(|l| &l.scenario).collect();
    if let Err(reason) = limits::check(&scenarios, points.replicates(), wish.threads) {
        let mut notes = Notes::new(&name, &text);
        notes.error(Code::OutOfRange, experiment.design_at.clone(), reason.to_string(), None);
        return Err(Problems(notes.finish()).into());
    }
    let arms = drafts.iter().zip(&loaded).enumerate().map(|(i, (draft, l))| {
        let set = draft.set.iter().map(|p| p.text.clone()).chain(changes.set.iter().cloned());
        PlannedArm {
            arm: Arm { set: set.collect(), ..draft.arm.clone() },
            title: l.scenario.title.clone(),
            file: format!("inputs/arm-{i:03}.toml"),
            tables: String::new(),
            hash: l.hash.clone(),
        }
    });
    let (version, commit, rustc) = program();
    let mut plan = Plan {
        schema: SCHEMA,
        version: version.to_owned(),
        commit: commit.to_owned(),
        rustc: rustc.to_owned(),
        command: changes.command.iter().map(|word| printable(word).into_owned()).collect(),
        title: experiment.title,
        summary: experiment.summary,
        experiment: sha256(text.as_bytes()),
        arms: arms.collect(),
        uncertain: experiment.uncertain,
        outcomes: experiment.outcomes,
        contrast: experiment.contrast,
        design: experiment.design,
        until_half_width: changes.until_half_width,
        replicates: points.replicates(),
        shard_size: 0,
        shards: 0,
        seconds_per_replicate: 0.0,
        sha256: String::new(),
    };
    let scenarios: Vec<_> = loaded.iter().map(|l| l.scenario.clone()).collect();
    let quarters = scenarios[0].quarters();
    let sweep = Sweep::new(plan.clone(), PathBuf::new(), design(&plan, scenarios), points.clone())?;
    let probe = PROBE.min(plan.replicates);
    // The first run pays for the first touch of memory.
    sweep.rows(0..1, &|| {})?;
    let began = Instant::now();
    sweep.rows(0..probe, &|| {})?;
    plan.seconds_per_replicate = began.elapsed().as_secs_f64() / probe as f64;
    plan.shard_size = wish.size(plan.replicates, points.group(), plan.seconds_per_replicate);
    plan.shards = plan.replicates.div_ceil(plan.shard_size);
    Ok(Prepared { plan, warnings, quarters, loaded })
}

/// The arms as a design of paired runs.
pub(super) fn design(plan: &Plan, scenarios: Vec<Scenario>) -> Design {
    let named = scenarios.into_iter().zip(&plan.arms).map(|(mut scenario, arm)| {
        scenario.id.clone_from(&arm.arm.id);
        Arc::new(scenario)
    });
    let keep = |firm: &str| NAMED_FIRMS.contains(&firm);
    Design::new(named.collect(), plan.replicates, plan.design.seed, keep)
}

impl Prepared {
    /// Bytes that the finished sweep takes, estimated; its tables take as much again while it runs.
    pub fn bytes(&self) -> u64 {
        let plan = &self.plan;
        let arms = plan.arms.len() as u64;
        let replicates = plan.replicates as u64;
        let points = replicates / plan.design.seeds_per_draw as u64;
        // Design-out is a time and whether it came.
        let times = plan.outcomes.iter().filter(|id| *id == DESIGN_OUT).count();
        let columns = (plan.outcomes.len() + times) as u64;
        let table = |rows: u64, columns: u64| {
            let chunks = rows.div_ceil(arms * GROUP as u64).max(1) * (columns + KEYS as u64);
            rows * (A_ROW + columns * A_VALUE) + chunks * A_CHUNK
        };
        let written = serde_json::to_string_pretty(plan).map_or(0, |text| text.len() as u64);
        self.copies()
            + written
            + table(replicates * arms, columns)
            + table(points, plan.uncertain.len() as u64)
            + arms * columns * A_SUMMARY
    }

    /// Bytes of the copies of what the sweep is read from.
    fn copies(&self) -> u64 {
        let mut tables: Vec<String> = self
            .loaded
            .iter()
            .flat_map(|l| tables_of(l).into_iter().map(|(path, _)| path))
            .collect();
        tables.sort();
        tables.dedup();
        let size = |path: &String| std::fs::metadata(path).map_or(0, |about| about.len());
        let scenarios = self.loaded.iter().map(|l| l.resolved.len() as u64);
        scenarios.chain(tables.iter().map(size)).sum()
    }

    /// Writes a new directory: `out`, or one in [`OUTPUTS`] that is named after the experiment's file.
    ///
    /// # Errors
    /// [`SweepError::Store`].
    pub fn create(self, file: &Path, out: Option<&Path>) -> Result<RunDirectory, SweepError> {
        let slug = file.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
        let mut directory =
            RunDirectory::create(Path::new(OUTPUTS), out, &slug, &self.plan.experiment)?;
        self.write(&mut directory)?;
        Ok(directory)
    }

    /// Writes the directory: copies of the inputs, then the plan.
    ///
    /// # Errors
    /// [`SweepError::Store`].
    pub(super) fn write(mut self, directory: &mut RunDirectory) -> Result<Plan, SweepError> {
        let mut tables: Vec<Vec<(String, String)>> = Vec::new();
        for (arm, loaded) in self.plan.arms.iter_mut().zip(&self.loaded) {
            directory.write(&arm.file, loaded.resolved.as_bytes())?;
            let used = tables_of(loaded);
            let place = tables.iter().position(|known| *known == used);
            let place = place.unwrap_or_else(|| {
                tables.push(used);
                tables.len() - 1
            });
            arm.tables = format!("inputs/tables-{place}");
        }
        for (i, used) in tables.iter().enumerate() {
            for (place, (path, _)) in used.iter().enumerate() {
                let bytes = disk::read(Path::new(path))
                    .map_err(|e| SweepError::file(Path::new(path), e))?;
                let name = match place {
                    _ if is_table(path) => base_name(path),
                    0 => SOURCES,
                    _ => ENSEMBLE,
                };
                directory.write(&format!("inputs/tables-{i}/{name}"), &bytes)?;
            }
        }
        let text = self.plan.seal()?;
        directory.write(PLAN, text.as_bytes())?;
        disk::sync_directory(&directory.path);
        Ok(self.plan)
    }
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_table(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "csv")
}

/// The list of sources of a scenario, its ensemble if it has one, and its tables, which are read in this order.
fn tables_of(loaded: &Loaded) -> Vec<(String, String)> {
    let files = &loaded.files;
    let before = 1 + usize::from(loaded.scenario.ensemble.is_some());
    let first = files.iter().position(|f| is_table(&f.path)).unwrap_or(0);
    files[first.saturating_sub(before)..]
        .iter()
        .map(|f| (f.path.clone(), f.sha256.clone()))
        .collect()
}

/// Loads the scenarios of a plan from its copies and checks that they are the planned ones.
pub(super) fn reload(plan: &Plan, directory: &Path) -> Result<Vec<Scenario>, SweepError> {
    let mut scenarios = Vec::new();
    for arm in &plan.arms {
        let inside = |name: &str| {
            let refused = |reason| format!("`{name}` {reason}");
            foreign::within(directory, name)
                .map_err(|reason| SweepError::plan(&directory.join(PLAN), refused(reason)))
        };
        let (file, tables) = (inside(&arm.file)?, inside(&arm.tables)?);
        for name in [SOURCES, ENSEMBLE] {
            inside(&format!("{}/{name}", arm.tables))?;
        }
        let quoted = |path: &Path| -> Result<String, StoreError> {
            Ok(serde_json::to_string(&path.to_string_lossy())?)
        };
        let mut set = vec![
            format!("data.directory={}", quoted(&tables)?),
            format!("data.sources={}", quoted(&tables.join(SOURCES))?),
        ];
        let ensemble = tables.join(ENSEMBLE);
        if ensemble.is_file() {
            set.push(format!("data.ensemble={}", quoted(&ensemble)?));
        }
        let loaded = library::load(&file, &set).map_err(|Problems(problems)| {
            // The copies were sound when they were planned. What is wrong with them now may be lines of another file.
            let first =
                problems.first().map_or_else(String::new, |p| format!(" (line {})", p.line));
            let reason = format!("{} is not the scenario that was planned{first}", arm.file);
            SweepError::plan(&directory.join(PLAN), reason)
        })?;
        if loaded.hash != arm.hash {
            let reason =
                format!("{} is not the scenario that was planned (its hash differs)", arm.file);
            return Err(SweepError::plan(&directory.join(PLAN), reason));
        }
        scenarios.push(loaded.scenario);
    }
    Ok(scenarios)
}
