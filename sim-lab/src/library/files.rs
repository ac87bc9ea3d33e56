//! Reading text files: what they may be, and what is said of those that are not there.
//!
//! Invariant: a file is read whole or not at all, and never one that is too large.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use sim_core::scenario::load::Unreadable;
use sim_core::scenario::nearest;
use sim_core::scenario::problem::Problems;

use super::hash::sha256;
use super::{HOME, STUDIES};
use crate::store::Kind;

/// Largest file that is read, in bytes.
pub(super) const LARGEST: u64 = 10 << 20;
/// Largest table: a million lines take some 130 MB.
const LARGEST_TABLE: u64 = 1 << 30;

/// Reads a text file; gives the name that problems show and its SHA-256, too.
///
/// # Errors
/// One problem, if it cannot be read.
pub fn read_text(path: &Path) -> Result<(String, String, String), Problems> {
    match read(path) {
        Ok((text, sha256)) => Ok((shown(path), text, sha256)),
        Err(Unreadable { message, help }) => {
            Err(Problems::unreadable(&shown(path), &message, help))
        }
    }
}

/// A path with forward slashes, as problems and scenarios show it.
pub(super) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().into_owned();
    if cfg!(windows) { text.replace('\\', "/") } else { text }
}

/// Reads a text file and its hash.
pub(super) fn read(path: &Path) -> Result<(String, String), Unreadable> {
    let fail =
        |message: String, help: Option<&str>| Unreadable { message, help: help.map(str::to_owned) };
    let io = |error: std::io::Error| {
        let help =
            (error.kind() == std::io::ErrorKind::NotFound).then(|| near_names(path)).flatten();
        Unreadable { message: reason(&error), help }
    };
    let about = fs::metadata(path).map_err(io)?;
    if !about.is_file() {
        if !about.is_dir() {
            return Err(fail("it is no ordinary file".to_owned(), None));
        }
        let help = match Kind::of(path) {
            Kind::Empty | Kind::Directory => None,
            kind => Some(format!("it is {}: {}", kind.words(), kind.verbs())),
        };
        return Err(fail("it is a directory".to_owned(), help.as_deref()));
    }
    // A link may lead anywhere, but not from the name of a table to what is none: problems show lines of files.
    let target = fs::canonicalize(path).map_err(io)?;
    if target.extension() != path.extension() {
        let help = "put a copy of the file there";
        return Err(fail("it is a link to a file of another kind".to_owned(), Some(help)));
    }
    let table = path.extension().is_some_and(|extension| extension == "csv");
    let largest = if table { LARGEST_TABLE } else { LARGEST };
    let mut bytes = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(largest + 1).read_to_end(&mut bytes))
        .map_err(io)?;
    if bytes.len() as u64 > largest {
        return Err(fail(format!("larger than {} MB", largest >> 20), None));
    }
    let sha256 = sha256(&bytes);
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = String::from_utf8_lossy(&error.as_bytes()[..valid]).matches('\n').count() + 1;
        fail(format!("not UTF-8 text (line {line})"), Some("save it as UTF-8"))
    })?;
    Ok((text, sha256))
}

/// The scenarios that there are, for somebody who named one that is not there.
fn near_names(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_none() && !Path::new(HOME).exists() {
        let help = "there is no directory `scenarios` here: `chokepoint init` makes one";
        return Some(help.to_owned());
    }
    let near = folder.is_none().then(|| nearest_of(path, Path::new("."))).flatten();
    // A bare name may be that of a study, too.
    let studies = Path::new(HOME).join(STUDIES);
    let study = folder.is_none().then(|| nearest_of(path, &studies)).flatten();
    let study = study.map(|file| file.trim_end_matches(".toml").to_owned());
    let folder = folder.unwrap_or(Path::new(HOME));
    match (near.or_else(|| nearest_of(path, folder)), study) {
        (Some(near), None) => return Some(format!("a file with a similar name exists: `{near}`")),
        (None, Some(study)) => {
            return Some(format!("a study with a similar name exists: `{study}`"));
        }
        (Some(near), Some(study)) => {
            return Some(format!("a file and a study have similar names: `{near}`, `{study}`"));
        }
        (None, None) => {}
    }
    let toml = |path: &Path| path.extension().is_none_or(|extension| extension == "toml");
    let some = fs::read_dir(folder).ok()?.any(|entry| entry.is_ok_and(|entry| toml(&entry.path())));
    (toml(path) && some)
        .then(|| format!("`chokepoint list {0}` shows what is in {0}", shown(folder)))
}

/// The TOML file of a directory whose name is most like that of a path.
fn nearest_of(path: &Path, folder: &Path) -> Option<String> {
    let wanted = path.file_stem()?.to_string_lossy().into_owned();
    let files: Vec<PathBuf> = fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|file| file.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    let mut stems: Vec<String> =
        files.iter().filter_map(|f| Some(f.file_stem()?.to_string_lossy().into_owned())).collect();
    stems.sort();
    nearest(&wanted, stems.iter().map(String::as_str)).map(|stem| format!("{stem}.toml"))
}

/// Why a file cannot be read, as a fragment.
pub(super) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        _ => error.to_string().to_lowercase(),
    }
}
