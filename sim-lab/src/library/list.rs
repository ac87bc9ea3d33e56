//! The scenarios of a directory.

use std::fs;
use std::path::{Path, PathBuf};

use sim_core::scenario::load::{self, Summary, Unreadable};
use sim_core::scenario::problem::Problems;

use super::files::{read, reason, shown};

/// What a list of scenarios shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Stem of the file.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// What it stands for.
    pub summary: String,
    /// The parent, as the file names it.
    pub extends: Option<String>,
    /// The file.
    pub path: PathBuf,
}

/// Lists the scenarios of a directory by id. Files without a title are no scenarios.
///
/// # Errors
/// If the directory cannot be read, or one of its files.
pub fn list(dir: &Path) -> Result<Vec<Listed>, Problems> {
    let paths = toml_files(dir)?;
    let mut listed = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        let name = shown(&path);
        let text = match read(&path) {
            Ok((text, _)) => text,
            Err(Unreadable { message, help }) => {
                problems.extend(Problems::unreadable(&name, &message, help).0);
                continue;
            }
        };
        match load::summary(&name, &text) {
            Ok(Some(Summary { title, summary, extends })) => {
                let id = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
                listed.push(Listed { id: id.unwrap_or_default(), title, summary, extends, path });
            }
            Ok(None) => {}
            Err(Problems(more)) => problems.extend(more),
        }
    }
    if problems.is_empty() { Ok(listed) } else { Err(Problems(problems)) }
}

/// The TOML files of a directory, sorted.
///
/// # Errors
/// If the directory cannot be read.
pub(crate) fn toml_files(dir: &Path) -> Result<Vec<PathBuf>, Problems> {
    let unreadable =
        |error: std::io::Error| Problems::unreadable(&shown(dir), &reason(&error), None);
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
