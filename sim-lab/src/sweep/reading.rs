//! Reading a merged sweep again: outcomes by arm and replicate, inputs by point.
//!
//! Invariant: what is read is what was merged: files whose hash is not the manifest's are refused.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::SweepError;
use super::part::KEYS;
use super::plan::{PLAN, Plan};
use super::points::Points;
use super::sound;
use crate::library::sha256;
use crate::store::table::Reading;
use crate::store::{EXPERIMENTS, OUTCOMES, disk, foreign, seal};

/// A merged sweep.
#[derive(Debug)]
pub struct Merged {
    /// Its plan.
    pub plan: Plan,
    /// Its points.
    pub points: Points,
    /// Number of replicates that were merged.
    pub replicates: usize,
    /// Sampled values, factor × point; the order of [`Points::keys`].
    pub inputs: Vec<Vec<f64>>,
    columns: Vec<String>,
    /// Values, column × run; runs are replicate × arm.
    values: Vec<Vec<f64>>,
}

impl Merged {
    /// Reads a directory that was merged, whole or in part, by any build.
    ///
    /// # Errors
    /// [`SweepError`] if it was not, or its files changed since.
    pub fn open(directory: &Path) -> Result<Self, SweepError> {
        let path = directory.join(PLAN);
        let plan = Plan::read(&path)?;
        let points = sound::points(&plan).map_err(|reason| SweepError::plan(&path, reason))?;
        let files = manifest(directory, &plan)?;
        let table = vouched(directory, OUTCOMES, &files)?;
        let columns: Vec<String> = table.columns().into_iter().skip(KEYS).collect();
        let values = numbers(&table, KEYS, columns.len())?;
        let runs = values.first().map_or(0, Vec::len);
        if runs == 0 {
            let reason = "no replicate is merged: its tables have a head and no row; `chokepoint resume` runs the \
                          shards that are missing and merges";
            return Err(SweepError::Less { path: directory.to_owned(), reason: reason.to_owned() });
        }
        let replicates = runs / plan.arms.len();
        let inputs = vouched(directory, EXPERIMENTS, &files)?;
        let inputs = numbers(&inputs, 1, points.keys().len())?;
        let drawn = (0..replicates).map(|r| points.place(r).experiment + 1).max().unwrap_or(0);
        if runs != replicates * plan.arms.len() || inputs.iter().any(|column| column.len() < drawn)
        {
            let reason = "its tables have not the rows of the plan: run the sweep again";
            return Err(SweepError::plan(&directory.join(OUTCOMES), reason));
        }
        Ok(Self { plan, points, replicates, inputs, columns, values })
    }

    /// Names of the outcomes.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Place of an arm by its id.
    pub fn arm(&self, id: &str) -> Option<usize> {
        self.plan.arms.iter().position(|a| a.arm.id == id)
    }

    /// Place of an outcome by its name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c == name)
    }

    /// An outcome of an arm by replicate.
    pub fn level(&self, arm: usize, column: usize) -> Vec<f64> {
        let all = &self.values[column];
        all.iter().skip(arm).step_by(self.plan.arms.len()).copied().collect()
    }

    /// Its paired difference from the baseline by replicate.
    pub fn difference(&self, arm: usize, column: usize) -> Vec<f64> {
        sim_stats::summary::paired(&self.level(arm, column), &self.level(0, column))
    }

    /// Values by replicate as point × seed, as far as they go.
    pub fn by_point(&self, values: &[f64]) -> Vec<Vec<f64>> {
        let mut points: Vec<Vec<f64>> = vec![Vec::new(); self.points.experiments()];
        for (replicate, value) in values.iter().enumerate() {
            points[self.points.place(replicate).experiment].push(*value);
        }
        points.retain(|seeds| !seeds.is_empty());
        points
    }
}

/// Replicates that are merged already under a plan, in tables that are whole; 0 if there are none.
pub(super) fn merged_replicates(directory: &Path, plan: &Plan) -> usize {
    #[derive(serde::Deserialize)]
    struct Count {
        replicates: usize,
    }
    let whole = || {
        let files = manifest(directory, plan).ok()?;
        let hash = disk::sha256(&directory.join(OUTCOMES)).ok()?;
        let text = disk::read_text(&directory.join("manifest.json")).ok()?;
        let count: Count = serde_json::from_str(&text).ok()?;
        (files.get(OUTCOMES) == Some(&hash)).then_some(count.replicates)
    };
    whole().unwrap_or(0)
}

/// Hashes of the files that were merged under a plan.
fn manifest(directory: &Path, plan: &Plan) -> Result<BTreeMap<String, String>, SweepError> {
    #[derive(serde::Deserialize)]
    struct Manifest {
        plan: String,
        files: BTreeMap<String, String>,
    }
    let path = directory.join("manifest.json");
    let text = match disk::read_text(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(SweepError::plan(directory, "it is not merged yet: see chokepoint status"));
        }
        Err(e) => return Err(SweepError::file(&path, e)),
    };
    seal::check(&text).map_err(|reason| SweepError::plan(&path, reason))?;
    let manifest: Manifest = foreign::read(&text)
        .map_err(|reason| SweepError::plan(&path, format!("it is damaged: {reason}")))?;
    if manifest.plan != plan.sha256 {
        let reason =
            "it is of another plan than plan.json beside it: copy the whole directory anew";
        return Err(SweepError::plan(&path, reason));
    }
    Ok(manifest.files)
}

/// A table whose hash is the manifest's: what is used is what was checked.
fn vouched(
    directory: &Path,
    name: &str,
    files: &BTreeMap<String, String>,
) -> Result<Reading, SweepError> {
    let path = directory.join(name);
    let bytes = disk::read(&path).map_err(|e| SweepError::file(&path, e))?;
    if files.get(name) != Some(&sha256(&bytes)) {
        let reason = "it is not the file that was merged (its hash differs): run the sweep again, or copy the whole \
                      directory anew";
        return Err(SweepError::plan(&path, reason));
    }
    Ok(Reading::of(&path, bytes)?)
}

/// Columns of numbers of all groups.
fn numbers(table: &Reading, first: usize, count: usize) -> Result<Vec<Vec<f64>>, SweepError> {
    let mut columns = vec![Vec::new(); count];
    for group in 0..table.groups() {
        for (place, column) in columns.iter_mut().enumerate() {
            column.extend(table.numbers(group, first + place)?);
        }
    }
    Ok(columns)
}
