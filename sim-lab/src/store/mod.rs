//! The run directory: the one contract between the command, charts, Python and notebooks.
//!
//! Invariant: files are written beside their final name and renamed when they are whole; a run directory
//! without `manifest.json` is unfinished. One process at a time writes a directory. Everything but the manifest depends on inputs and seed only.

#[cfg(test)]
mod faults;

pub(crate) mod cells;
mod directory;
pub(crate) mod disk;
mod drawn;
pub(crate) mod foreign;
mod kind;
mod lock;
mod manifest;
mod order;
mod pairing;
mod parquet;
mod run;
pub(crate) mod seal;
mod single;
mod summary;
mod survival;
pub(crate) mod table;
mod vouch;

pub use directory::{RunDirectory, write_whole};
pub use kind::Kind;
pub(crate) use lock::LOCK;
pub use lock::{Lock, takeover};
pub use manifest::{Facts, Manifest};
pub use order::Order;
pub use pairing::{pairing_csv, unpaired};
pub(crate) use parquet::GROUP;
pub use parquet::Tables;
pub use run::{ReadFrom, Run, RunFacts, TrunkFrom, write_study};
pub use single::{Form, Single};
pub use summary::summary_csv;
pub(crate) use summary::{summary_head, summary_line};
pub use survival::survival_csv;
pub(crate) use vouch::{MANIFEST, add_owned};
pub use vouch::{add, numbers, strangers};

use std::path::PathBuf;

/// Where run directories go.
pub const OUTPUTS: &str = "outputs";
/// Tables of every run, of a comparison and of a sweep alike.
pub(crate) const OUTCOMES: &str = "outcomes.parquet";
pub(crate) const EXPERIMENTS: &str = "experiments.parquet";

/// Why a run directory could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file operation failed.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Reason.
        source: std::io::Error,
    },
    /// Somebody else writes the directory.
    #[error("{path}: {owner} is writing there: wait until it has ended{help}")]
    Owned {
        /// Which directory.
        path: PathBuf,
        /// Who.
        owner: String,
        /// What else may help; empty, or from a semicolon on.
        help: String,
    },
    /// Parquet could not be written or read.
    #[error("{path}: {source}")]
    Parquet {
        /// Which file.
        path: PathBuf,
        /// Reason.
        source: ::parquet::errors::ParquetError,
    },
    /// The manifest could not be written.
    #[error("manifest: {0}")]
    Json(#[from] serde_json::Error),
    /// A directory without a manifest.
    #[error("{0}: no manifest.json; it is no run directory, or its run was not finished")]
    Unfinished(PathBuf),
    /// A file is not what the run wrote, or not what this program reads.
    #[error("{path}: {reason}")]
    Broken {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// What stands there is for another verb.
    #[error("{path}: {reason}")]
    OtherKind {
        /// Which directory or file.
        path: PathBuf,
        /// What it is, and what it is for.
        reason: String,
    },
    /// The study could not be read or written.
    #[error(transparent)]
    Study(#[from] crate::study::StudyError),
}
