//! Why a sweep cannot be planned, run or merged.

use std::path::{Path, PathBuf};

use sim_core::scenario::problem::Problems;

use crate::experiment::RunError;
use crate::store::StoreError;

/// A failed sweep.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The experiment file or its scenarios have problems.
    #[error("{0}")]
    Problems(#[from] Problems),
    /// A replicate failed.
    #[error("{0}")]
    Run(#[from] RunError),
    /// A file could not be read or written.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// A plan cannot be used.
    #[error("{path}: {reason}")]
    Plan {
        /// The manifest.
        path: PathBuf,
        /// Reason.
        reason: String,
    },
    /// A part cannot be used.
    #[error("shard {shard}: {reason}")]
    Part {
        /// Number.
        shard: usize,
        /// Reason.
        reason: String,
    },
    /// A merge that would have no replicate, or fewer than the one that is there.
    #[error("{path}: {reason}")]
    Less {
        /// The sweep's directory.
        path: PathBuf,
        /// Reason, and what to do.
        reason: String,
    },
    /// Shards are missing.
    #[error("{} of {shards} shards are missing: {}", missing.len(), some(missing))]
    Missing {
        /// Their numbers.
        missing: Vec<usize>,
        /// How many there should be.
        shards: usize,
    },
}

impl SweepError {
    /// A failed file operation.
    pub(super) fn file(path: &Path, source: std::io::Error) -> Self {
        Self::Store(StoreError::File { path: path.to_owned(), source })
    }

    /// A plan that cannot be used.
    pub(super) fn plan(path: &Path, reason: impl Into<String>) -> Self {
        Self::Plan { path: path.to_owned(), reason: reason.into() }
    }
}

/// The first few of a list of numbers.
fn some(numbers: &[usize]) -> String {
    const MOST: usize = 12;
    let shown: Vec<String> = numbers.iter().take(MOST).map(ToString::to_string).collect();
    match numbers.len().saturating_sub(MOST) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
