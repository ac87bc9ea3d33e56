//! The plan: an immutable manifest that says everything a shard needs to know.
//!
//! Invariant: a plan carries the hash of its own text; a plan that was edited is refused, and parts remember the
//! plan that they were made for.

use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::arms::Arm;
use super::error::SweepError;
use super::file::{DesignFile, Uncertain};
use super::sound;
use crate::library::sha256;
use crate::store::seal::{BLANK, seal};
use crate::store::{Kind, disk, foreign};

/// Name of the manifest in a sweep's directory.
pub const PLAN: &str = "plan.json";
/// Version of its layout.
pub(super) const SCHEMA: u32 = 1;
/// Most replicates of a shard: what a shard holds in memory is bounded.
const MOST_IN_SHARD: usize = 20_000;

/// An arm and the files that it is read from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedArm {
    /// The arm.
    #[serde(flatten)]
    pub arm: Arm,
    /// Name for people.
    pub title: String,
    /// Copy of the resolved scenario, in the sweep's directory.
    pub file: String,
    /// Copy of its tables.
    pub tables: String,
    /// Hash of the scenario and its tables.
    pub hash: String,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Version of the layout.
    pub schema: u32,
    /// Version of the program that planned.
    pub version: String,
    /// Its commit.
    pub commit: String,
    /// Its compiler.
    pub rustc: String,
    /// Words of the command line.
    pub command: Vec<String>,
    /// Name of the experiment for people.
    pub title: String,
    /// What it asks.
    pub summary: String,
    /// Hash of the experiment file.
    pub experiment: String,
    /// Arms; the first is what differences are taken from.
    pub arms: Vec<PlannedArm>,
    /// Parameters that vary.
    pub uncertain: Vec<Uncertain>,
    /// Ids of outcomes that are kept.
    pub outcomes: Vec<String>,
    /// The outcome whose paired contrast is watched.
    pub contrast: String,
    /// Points and seeds.
    pub design: DesignFile,
    /// Stop when the 95 % interval of every arm's contrast is at most this many percent of it, each way.
    pub until_half_width: Option<f64>,
    /// Replicates in all.
    pub replicates: usize,
    /// Replicates of a shard; the last one may have fewer.
    pub shard_size: usize,
    /// Number of shards.
    pub shards: usize,
    /// Measured seconds of a replicate with all its arms on one thread; a guide only.
    pub seconds_per_replicate: f64,
    /// Hash of this file, taken with zeros in place of the hash.
    pub sha256: String,
}

/// How a sweep should be cut.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// Replicates a shard, if the user says so.
    pub shard_size: Option<usize>,
    /// Seconds a shard otherwise.
    pub seconds: f64,
    /// Threads that run a shard together.
    pub threads: usize,
}

impl Wish {
    /// Replicates a shard, in whole groups.
    pub(super) fn size(&self, replicates: usize, group: usize, seconds: f64) -> usize {
        let timed = || (self.seconds * self.threads as f64 / seconds.max(1e-9)).max(1.0) as usize;
        let size = self.shard_size.unwrap_or_else(timed).clamp(1, MOST_IN_SHARD);
        (size.div_ceil(group) * group).min(replicates)
    }
}

impl Plan {
    /// Replicates of a shard.
    pub fn range(&self, shard: usize) -> std::ops::Range<usize> {
        let first = (shard * self.shard_size).min(self.replicates);
        first..(first + self.shard_size).min(self.replicates)
    }

    /// The text of the manifest, sealed with its hash.
    ///
    /// # Errors
    /// If it cannot be written as JSON.
    pub(super) fn seal(&mut self) -> Result<String, SweepError> {
        BLANK.clone_into(&mut self.sha256);
        let text =
            serde_json::to_string_pretty(self).map_err(crate::store::StoreError::from)? + "\n";
        self.sha256 = sha256(text.as_bytes());
        Ok(seal(&text))
    }

    /// Reads a manifest and checks its seal and who made it.
    ///
    /// # Errors
    /// [`SweepError::Plan`].
    pub fn read(path: &Path) -> Result<Self, SweepError> {
        let text = disk::read_text(path).map_err(|e| {
            let place = path.parent().unwrap_or(Path::new(""));
            let kind = Kind::of(place);
            let other = !matches!(kind, Kind::Nothing | Kind::Sweep | Kind::Plan);
            if other && e.kind() == ErrorKind::NotFound {
                return kind.refused(place, "a sweep").into();
            }
            SweepError::file(path, e)
        })?;
        Self::parse(path, &text)
    }

    /// Reads the text of a manifest, as [`Self::read`] does; the path is for messages.
    ///
    /// # Errors
    /// [`SweepError::Plan`].
    pub fn parse(path: &Path, text: &str) -> Result<Self, SweepError> {
        let plan: Self = foreign::read(text).map_err(|reason| {
            SweepError::plan(path, format!("it is no plan of this program: {reason}"))
        })?;
        if plan.schema != SCHEMA {
            let reason =
                format!("its layout is version {}, this program reads {SCHEMA}", plan.schema);
            return Err(SweepError::plan(path, reason));
        }
        if sha256(text.replace(&plan.sha256, BLANK).as_bytes()) != plan.sha256 {
            let reason = "it was edited after planning (its hash does not match): plan again";
            return Err(SweepError::plan(path, reason));
        }
        sound::check(&plan).map_err(|reason| SweepError::plan(path, reason))?;
        Ok(plan)
    }

    /// Refuses a plan of another build: its numbers could differ.
    ///
    /// # Errors
    /// [`SweepError::Plan`].
    pub(super) fn made_by_us(&self, path: &Path) -> Result<(), SweepError> {
        let (version, commit, _) = program();
        if (self.version.as_str(), self.commit.as_str()) == (version, commit) {
            return Ok(());
        }
        let reason = format!(
            "it was planned with version {} ({}), this program is {version} ({commit}): \
             use that program, or plan again",
            self.version, self.commit
        );
        Err(SweepError::plan(path, reason))
    }
}

/// Version, commit and compiler of this program.
pub(crate) fn program() -> (&'static str, &'static str, &'static str) {
    (
        env!("CARGO_PKG_VERSION"),
        option_env!("CHOKEPOINT_COMMIT").unwrap_or("unknown"),
        option_env!("CHOKEPOINT_RUSTC").unwrap_or("unknown"),
    )
}
