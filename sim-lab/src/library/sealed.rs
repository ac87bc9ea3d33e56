//! A scenario as a run read it: every table by its fingerprint, wherever it is now.
//!
//! A run directory holds its scenarios in full, but the tables only by path and SHA-256. They are looked for where they
//! were, beside the run, and among those that travel inside the program.
//!
//! Invariant: a file whose fingerprint is another is never used.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sim_core::scenario::load::{Found, Unreadable, Wanted};
use sim_core::scenario::problem::Problems;

use super::files::{read, shown};
use super::{FileUsed, Loaded, loaded, sha256};
use crate::starter;

/// Reads a scenario in full; `files` are the fingerprints of what the run read, by path as it was seen from where the
/// program ran, and `roots` directories in which those paths are tried.
///
/// # Errors
/// The problems of the scenario; a table that is nowhere, or is another one now.
pub fn load_sealed(
    scenario: &Path,
    files: &BTreeMap<String, String>,
    roots: &[PathBuf],
) -> Result<Loaded, Problems> {
    let main = shown(scenario);
    loaded(&main, &[], &mut |wanted, used| {
        if wanted.path == main {
            let (text, sha256) = read(scenario)?;
            used.push(FileUsed { path: main.clone(), sha256 });
            return Ok(Found { path: main.clone(), text });
        }
        find(wanted, files, roots).inspect(|found| {
            used.push(FileUsed { path: found.path.clone(), sha256: sha256(found.text.as_bytes()) });
        })
    })
}

/// The file that the run read under this name.
fn find(
    wanted: &Wanted,
    files: &BTreeMap<String, String>,
    roots: &[PathBuf],
) -> Result<Found, Unreadable> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let wanted_name = name(&wanted.named);
    let Some((path, seal)) = files.iter().find(|(path, _)| name(path) == wanted_name) else {
        let message = format!("the run read no file `{wanted_name}`");
        return Err(Unreadable { message, help: None });
    };
    let mut another = None;
    for root in roots {
        let place = root.join(path);
        match read(&place) {
            Ok((text, found)) if found == *seal => return Ok(Found { path: shown(&place), text }),
            Ok(_) => another = another.or(Some(place)),
            Err(_) => {}
        }
    }
    if let Some((path, text)) =
        starter::library().find(|(_, text)| sha256(text.as_bytes()) == *seal)
    {
        return Ok(Found { path: format!("{path} of the program"), text: text.to_owned() });
    }
    let message = match another {
        Some(place) => format!("{} is not the file that the run read", shown(&place)),
        None => format!("`{path}` is not to be found"),
    };
    let help =
        Some(format!("the run read one with SHA-256 {}\u{2026}", &seal[..12.min(seal.len())]));
    Err(Unreadable { message, help })
}
