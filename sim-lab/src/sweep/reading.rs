//! Reading a merged sweep again: outcomes by arm and replicate, inputs by point.
//!
//! Invariant: what is read is what was merged: files whose hash is not the manifest's are refused.

use std::fs;
use std::path::Path;

use super::error::SweepError;
use super::plan::{PLAN, Plan};
use super::points::Points;
use crate::library::sha256_of_file;
use crate::store::table::Reading;

/// Columns before the outcomes.
const KEYS: usize = 3;

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
        let points = Points::new(&plan.design, &plan.uncertain)
            .map_err(|reason| SweepError::plan(&path, reason))?;
        let outcomes = vouched(directory, "outcomes.parquet")?;
        let table = Reading::open(&outcomes)?;
        let columns: Vec<String> = table.columns().into_iter().skip(KEYS).collect();
        let values = numbers(&table, KEYS, columns.len())?;
        let replicates = values.first().map_or(0, Vec::len) / plan.arms.len();
        let inputs = Reading::open(&vouched(directory, "experiments.parquet")?)?;
        let inputs = numbers(&inputs, 1, points.keys().len())?;
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
        crate::stats::paired(&self.level(arm, column), &self.level(0, column))
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

/// The path of a file whose hash is the manifest's.
fn vouched(directory: &Path, name: &str) -> Result<std::path::PathBuf, SweepError> {
    let manifest = directory.join("manifest.json");
    let text = match fs::read_to_string(&manifest) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(SweepError::plan(directory, "it is not merged yet: see chokepoint status"));
        }
        Err(e) => return Err(SweepError::file(&manifest, e)),
    };
    let value: serde_json::Value = serde_json::from_str(&text)
        .map_err(|e| SweepError::plan(&manifest, format!("it is damaged: {e}")))?;
    let path = directory.join(name);
    let hash = sha256_of_file(&path).map_err(|e| SweepError::file(&path, e))?;
    if value["files"][name].as_str() != Some(hash.as_str()) {
        return Err(SweepError::plan(
            &path,
            "it is not the file that was merged (its hash differs)",
        ));
    }
    Ok(path)
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
