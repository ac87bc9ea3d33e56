//! How far a sweep is, from files only.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::SweepError;
use super::part::{Part, SHARDS};
use super::plan::PLAN;
use super::session::Sweep;

/// State of a shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Its part is whole.
    Done,
    /// It has no part.
    Missing,
    /// Its part cannot be used, and why.
    Bad(String),
}

/// State of all shards.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// By shard.
    pub shards: Vec<State>,
    /// Replicates in whole parts.
    pub replicates: usize,
    /// Seconds that these took.
    pub seconds: f64,
}

impl Status {
    /// Shards without a whole part.
    pub fn open(&self) -> Vec<usize> {
        let open = self.shards.iter().enumerate().filter(|(_, state)| **state != State::Done);
        open.map(|(shard, _)| shard).collect()
    }
}

/// Looks at all parts.
///
/// # Errors
/// [`SweepError::Store`] if a file that is there cannot be read.
pub fn status(sweep: &Sweep) -> Result<Status, SweepError> {
    let directory = sweep.directory.join(SHARDS);
    let mut all = Status { shards: Vec::new(), replicates: 0, seconds: 0.0 };
    for shard in 0..sweep.plan.shards {
        let state = match Part::new(&directory, shard).check(sweep) {
            Ok(Some(side)) => {
                all.replicates += side.end - side.first;
                all.seconds += side.seconds;
                State::Done
            }
            Ok(None) => State::Missing,
            Err(SweepError::Part { reason, .. }) => State::Bad(reason),
            Err(error) => return Err(error),
        };
        all.shards.push(state);
    }
    Ok(all)
}

/// Whether the sweep of a directory is merged and complete.
pub fn finished(directory: &Path) -> bool {
    let manifest = fs::read_to_string(directory.join("manifest.json")).ok();
    let value = manifest.and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
    value.is_some_and(|v| v["complete"] == serde_json::Value::Bool(true))
}

/// The newest directory in `parent` that holds a plan and is not finished.
pub fn latest_unfinished(parent: &Path) -> Option<PathBuf> {
    let mut open: Vec<_> = fs::read_dir(parent)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join(PLAN).is_file() && !finished(path))
        .filter_map(|path| {
            let planned = fs::metadata(path.join(PLAN)).and_then(|m| m.modified()).ok()?;
            Some((planned, path))
        })
        .collect();
    open.sort();
    open.pop().map(|(_, path)| path)
}
