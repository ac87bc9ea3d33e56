//! A scenario project for somebody who begins: a regime, an experiment, schemas, and the library that they build on.
//!
//! The library travels inside the program, so a project can be begun anywhere.
//!
//! Invariant: what is begun runs as it is, and no file is overwritten.

use std::fs;
use std::path::{Path, PathBuf};

use crate::schema;

/// A file of `scenarios/`, as it was when the program was built.
struct Shipped {
    path: &'static str,
    text: &'static str,
}

macro_rules! shipped {
    ($path:literal) => {
        Shipped { path: $path, text: include_str!(concat!("../../scenarios/", $path)) }
    };
}

/// The scenarios, their tables and the studies.
const LIBRARY: &[Shipped] = &[
    shipped!("advanced-packaging.toml"),
    shipped!("ai-chips.toml"),
    shipped!("allies-leave.toml"),
    shipped!("baseline.toml"),
    shipped!("behavioural-allies.toml"),
    shipped!("big-fund.toml"),
    shipped!("bills-of-2026.toml"),
    shipped!("cap-of-2022.toml"),
    shipped!("chip-ban-2025.toml"),
    shipped!("chip-ban.toml"),
    shipped!("chip-listings.toml"),
    shipped!("current-law.toml"),
    shipped!("customs-refusal.toml"),
    shipped!("data/README.md"),
    shipped!("data/china_sales.csv"),
    shipped!("data/deflator.csv"),
    shipped!("data/jurisdictions.csv"),
    shipped!("data/lines.csv"),
    shipped!("data/observed_2024.csv"),
    shipped!("data/panel.csv"),
    shipped!("data/panel_sources.csv"),
    shipped!("data/products.csv"),
    shipped!("data/routes.csv"),
    shipped!("data/segments.csv"),
    shipped!("data/shares.csv"),
    shipped!("data/sources.toml"),
    shipped!("data/spend_weights.csv"),
    shipped!("data/spending.csv"),
    shipped!("data/suppliers.csv"),
    shipped!("de-minimis.toml"),
    shipped!("document-79.toml"),
    shipped!("ensemble.toml"),
    shipped!("gallium-germanium.toml"),
    shipped!("h200-terms.toml"),
    shipped!("hard-cap-allied.toml"),
    shipped!("hard-cap.toml"),
    shipped!("history.toml"),
    shipped!("huawei-fdpr.toml"),
    shipped!("local-content.toml"),
    shipped!("market-access.toml"),
    shipped!("narrow-multilateral.toml"),
    shipped!("packaging-allied.toml"),
    shipped!("packaging-promoted.toml"),
    shipped!("packaging-widened.toml"),
    shipped!("promotion.toml"),
    shipped!("push-anyway.toml"),
    shipped!("return-to-scale.toml"),
    shipped!("scale-returns.toml"),
    shipped!("sic-wafers.toml"),
    shipped!("sliding-scale.toml"),
    shipped!("studies/from-today.toml"),
    shipped!("studies/packaging.toml"),
    shipped!("studies/sic.toml"),
    shipped!("studies/since-2019.toml"),
    shipped!("tool-rules-lifted.toml"),
    shipped!("truce-ends.toml"),
    shipped!("validated-end-users.toml"),
    shipped!("widened-mature.toml"),
    shipped!("without-october-2022.toml"),
];

const REGIME: &str = include_str!("starter/my-regime.toml");
const EXPERIMENT: &str = include_str!("starter/my-experiment.toml");
const README: &str = include_str!("starter/README.md");
const LICENCE: &str = include_str!("../../LICENSE-DATA");

/// Why a project cannot be begun.
#[derive(Debug, thiserror::Error)]
pub enum StarterError {
    /// Files that would be overwritten.
    #[error("{} there already: {}; name another directory, or move {}", if .0.len() == 1 { "a file is" } else { "files are" }, few(.0), if .0.len() == 1 { "it" } else { "them" })]
    Exists(Vec<String>),
    /// A file cannot be written.
    #[error("`{path}`: {source}")]
    File {
        /// Path.
        path: String,
        /// Reason.
        source: std::io::Error,
    },
}

/// The first names of a list.
fn few(names: &[String]) -> String {
    const MOST: usize = 4;
    let shown = names[..names.len().min(MOST)].join(", ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The files that one edits, relative to the directory of the project.
pub const OWN: [&str; 3] = ["README.md", "my-regime.toml", "my-experiment.toml"];

/// Paths and texts of the scenarios and tables that travel inside the program.
pub(crate) fn library() -> impl Iterator<Item = (&'static str, &'static str)> {
    LIBRARY.iter().map(|file| (file.path, file.text))
}

/// All files of a project.
fn files() -> Vec<(PathBuf, String)> {
    let json = |value: serde_json::Value| format!("{value:#}\n");
    let mut files: Vec<(PathBuf, String)> = [
        (OWN[0], README.to_owned()),
        (OWN[1], REGIME.to_owned()),
        (OWN[2], EXPERIMENT.to_owned()),
        ("schema/scenario.schema.json", json(schema::scenario())),
        ("schema/study.schema.json", json(schema::study())),
        ("schema/experiment.schema.json", json(schema::experiment())),
        ("scenarios/LICENSE-DATA", LICENCE.to_owned()),
    ]
    .map(|(path, text)| (PathBuf::from(path), text))
    .into();
    let library = LIBRARY.iter().map(|f| (Path::new("scenarios").join(f.path), f.text.to_owned()));
    files.extend(library);
    files
}

/// Writes a project into a directory; gives the number of files.
///
/// # Errors
/// [`StarterError::Exists`] before anything is written, if a file is there already.
pub fn begin(directory: &Path) -> Result<usize, StarterError> {
    let files = files();
    let taken: Vec<String> = files
        .iter()
        .filter(|(path, _)| directory.join(path).exists())
        .map(|(path, _)| format!("`{}`", path.display()))
        .collect();
    if !taken.is_empty() {
        return Err(StarterError::Exists(taken));
    }
    for (path, text) in &files {
        let path = directory.join(path);
        let fail = |source| StarterError::File { path: path.display().to_string(), source };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(fail)?;
        }
        fs::write(&path, text).map_err(fail)?;
    }
    Ok(files.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paths of the files of a directory that a project needs.
    fn names(folder: &str) -> Vec<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
        fs::read_dir(root.join(folder))
            .expect("a directory")
            .map(|entry| entry.expect("an entry"))
            .filter(|entry| entry.path().is_file())
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| {
                !folder.is_empty() || Path::new(name).extension().is_some_and(|e| e == "toml")
            })
            .map(|name| if folder.is_empty() { name } else { format!("{folder}/{name}") })
            .collect()
    }

    #[test]
    fn the_library_is_whole() {
        for name in ["", "data", "studies"].iter().flat_map(|folder| names(folder)) {
            assert!(LIBRARY.iter().any(|f| f.path == name), "LIBRARY lacks {name}");
        }
    }

    #[test]
    fn nothing_is_overwritten() {
        let place = tempfile::tempdir().expect("a directory");
        fs::write(place.path().join("my-regime.toml"), "mine").expect("a file");
        let error = begin(place.path()).expect_err("a file is there");
        assert!(error.to_string().contains("`my-regime.toml`"), "{error}");
        assert_eq!(fs::read_dir(place.path()).expect("a directory").count(), 1);
    }
}
