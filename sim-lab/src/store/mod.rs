//! The run directory: the one contract between the command, charts, Python and notebooks.
//!
//! Invariant: files are written beside their final name and renamed when they are whole; a run directory
//! without `manifest.json` is unfinished. Everything but the manifest depends on inputs and seed only.

mod directory;
mod manifest;
mod pairing;
mod parquet;
mod summary;
mod survival;
pub(crate) mod table;

pub use directory::RunDirectory;
pub use manifest::{Facts, Manifest};
pub use pairing::{pairing_csv, unpaired};
pub use parquet::Tables;
pub use summary::summary_csv;
pub(crate) use summary::{summary_head, summary_line};
pub use survival::survival_csv;

use std::path::PathBuf;

/// Why a run directory could not be written.
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
    /// Parquet could not be written.
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
}
