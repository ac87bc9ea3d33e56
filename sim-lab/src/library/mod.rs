//! The library of scenarios: files on disk, read for [`sim_core::scenario::load`].
//!
//! A name that does not exist as given is looked for in `scenarios/`: `hard-cap` is
//! `scenarios/hard-cap.toml`. So is the data directory that a scenario names, when there is none
//! beside it: that is how `scenario.resolved.toml` in a run directory finds its tables. Elsewhere,
//! `--set data.directory=PATH` says where they are (and `--set data.sources=FILE` the sources).
//!
//! Invariant: whatever is wrong with a file is a problem with a place, never a panic.

use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use sim_core::scenario::keys::{Form, SCENARIO};
use sim_core::scenario::leaves::Leaf;
use sim_core::scenario::load::{self, Found, Summary, Unreadable, Wanted};
use sim_core::scenario::problem::{Problem, Problems};
use sim_core::scenario::{Scenario, nearest};

/// Where bare names are looked for.
const HOME: &str = "scenarios";
/// Where bare names of experiments are looked for, within [`HOME`].
const EXPERIMENTS: &str = "experiments";
/// Largest file that is read, in bytes.
const LARGEST: u64 = 10 << 20;
/// Largest table: a million lines take some 130 MB.
const LARGEST_TABLE: u64 = 1 << 30;

/// A file that went into a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileUsed {
    /// Its path, as it was found.
    pub path: String,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
}

/// A scenario and all that it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The scenario.
    pub scenario: Scenario,
    /// The scenario after `extends` and overrides as TOML, with comments on where values stood.
    pub resolved: String,
    /// The files in the order in which they were read.
    pub files: Vec<FileUsed>,
    /// All values with their places, sorted by path.
    pub leaves: Vec<Leaf>,
    /// The file and its parents, the file first.
    pub chain: Vec<String>,
    /// What is probably not meant.
    pub warnings: Vec<Problem>,
    /// SHA-256 of all values and all tables in hex. Comments, paths and the way in which values were
    /// inherited do not enter it.
    pub hash: String,
}

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

/// Reads a scenario by path or bare name, with overrides of the form KEY=VALUE.
///
/// # Errors
/// All problems with all its files.
pub fn load(path: &Path, sets: &[String]) -> Result<Loaded, Problems> {
    load_with(Path::new(HOME), path, sets)
}

/// [`load()`] for one of several scenarios: an override of a thing that this scenario has not, such as
/// `measures.NAME.enforcement` in the baseline, is left out. Gives the places of the overrides that were used, too.
///
/// # Errors
/// All problems with all its files.
pub fn load_fitting(path: &Path, sets: &[String]) -> Result<(Loaded, Vec<bool>), Problems> {
    let things: Vec<Option<&str>> = sets.iter().map(|set| thing(set)).collect();
    if things.iter().all(Option::is_none) {
        return Ok((load(path, sets)?, vec![true; sets.len()]));
    }
    let pick = |used: &[bool]| -> Vec<String> {
        sets.iter().zip(used).filter(|(_, used)| **used).map(|(set, _)| set.clone()).collect()
    };
    let plain: Vec<bool> = things.iter().map(Option::is_none).collect();
    let bare = load(path, &pick(&plain))?;
    let has = |thing: &str| bare.leaves.iter().any(|leaf| leaf.path.starts_with(thing));
    let used: Vec<bool> = things.iter().map(|thing| thing.is_none_or(has)).collect();
    Ok((load(path, &pick(&used))?, used))
}

/// The thing within which an override sets a key: `measures.NAME.` of `measures.NAME.enforcement=strong`.
fn thing(set: &str) -> Option<&str> {
    let path = set.split('=').next()?;
    let mut dots = path.match_indices('.').map(|(at, _)| at);
    let (first, second) = (dots.next()?, dots.next()?);
    let table = path[..first].trim();
    let items = SCENARIO.iter().any(|key| key.name == table && matches!(key.form, Form::Items(_)));
    items.then(|| &path[..=second])
}

/// Reads the text of an experiment by path or bare name; gives the name that problems show, too.
///
/// # Errors
/// One problem, if it cannot be read.
pub fn read_experiment(path: &Path) -> Result<(String, String), Problems> {
    let file = locate(&Path::new(HOME).join(EXPERIMENTS), path);
    read_text(&file).map(|(name, text, _)| (name, text))
}

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

/// [`load()`] with another directory for bare names.
fn load_with(home: &Path, path: &Path, sets: &[String]) -> Result<Loaded, Problems> {
    let mut files = Vec::new();
    let main = locate(home, path);
    let mut fetch = |wanted: &Wanted| fetch(home, wanted, &mut files);
    let reading = load::load(&shown(&main), sets, &mut fetch)?;
    Ok(Loaded {
        scenario: reading.scenario,
        resolved: reading.resolved,
        files,
        leaves: reading.leaves,
        chain: reading.chain,
        warnings: reading.warnings,
        hash: sha256(reading.identity.as_bytes()),
    })
}

/// Lists the scenarios of a directory by id. Files without a title are no scenarios.
///
/// # Errors
/// If the directory cannot be read, or one of its files.
pub fn list(dir: &Path) -> Result<Vec<Listed>, Problems> {
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

/// The path that a name stands for: as given, with `.toml`, or either in `scenarios/`.
fn locate(home: &Path, path: &Path) -> PathBuf {
    let with_ending = || {
        let mut name = path.as_os_str().to_owned();
        name.push(".toml");
        PathBuf::from(name)
    };
    if path.is_file() {
        return path.to_owned();
    }
    let ending = with_ending();
    if ending.is_file() {
        return ending;
    }
    let bare = path.components().count() == 1;
    [home.join(path), home.join(&ending)]
        .into_iter()
        .find(|candidate| bare && candidate.is_file())
        .unwrap_or_else(|| path.to_owned())
}

/// A path with forward slashes, as problems and scenarios show it.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().into_owned();
    if cfg!(windows) { text.replace('\\', "/") } else { text }
}

/// Reads a file for the reader of scenarios.
fn fetch(home: &Path, wanted: &Wanted, files: &mut Vec<FileUsed>) -> Result<Found, Unreadable> {
    let path = fallback(home, wanted).unwrap_or_else(|| wanted.path.clone());
    let (text, sha256) = read(Path::new(&path))?;
    files.push(FileUsed { path: path.clone(), sha256 });
    Ok(Found { path, text })
}

/// The same name under `scenarios/`, if the wanted place does not exist. A table is looked for there
/// only when its whole directory is absent: two directories are never mixed.
fn fallback(home: &Path, wanted: &Wanted) -> Option<String> {
    let path = Path::new(&wanted.path);
    let named = Path::new(&wanted.named);
    if named.is_absolute() || named.starts_with("..") {
        return None;
    }
    let in_directory = named.components().count() > 1;
    let place = if in_directory { path.parent()? } else { path };
    let candidate = home.join(named);
    (!place.exists() && candidate.exists()).then(|| shown(&candidate))
}

/// Reads a text file and its hash.
fn read(path: &Path) -> Result<(String, String), Unreadable> {
    let fail =
        |message: String, help: Option<&str>| Unreadable { message, help: help.map(str::to_owned) };
    let io = |error: std::io::Error| {
        let help =
            (error.kind() == std::io::ErrorKind::NotFound).then(|| near_names(path)).flatten();
        Unreadable { message: reason(&error), help }
    };
    let about = fs::metadata(path).map_err(io)?;
    if !about.is_file() {
        let what = if about.is_dir() { "it is a directory" } else { "it is no ordinary file" };
        return Err(fail(what.to_owned(), None));
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
    let folder = folder.unwrap_or(Path::new(HOME));
    if let Some(near) = near.or_else(|| nearest_of(path, folder)) {
        return Some(format!("a file with a similar name exists: `{near}`"));
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
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        _ => error.to_string().to_lowercase(),
    }
}

/// SHA-256 of a file in lowercase hexadecimal, read piece by piece: results may be larger than memory.
///
/// # Errors
/// If it cannot be read.
pub fn sha256_of_file(path: &Path) -> std::io::Result<String> {
    let mut file = fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(&piece[..read]),
        }
    }
}

/// SHA-256 in lowercase hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The scenarios that come with the project.
    fn home() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios")
    }

    fn report(path: &Path) -> String {
        match load_with(&home(), path, &[]) {
            Ok(_) => "no problem".to_owned(),
            Err(problems) => problems.to_string(),
        }
    }

    #[test]
    fn every_scenario_of_the_project_is_valid_and_without_warnings() {
        let listed = list(&home()).expect("the directory is readable");
        let ids: Vec<_> = listed.iter().map(|entry| entry.id.as_str()).collect();
        for id in ["baseline", "hard-cap", "hard-cap-allied", "history", "sliding-scale"] {
            assert!(ids.contains(&id), "{ids:?}");
        }
        for entry in &listed {
            let loaded = load_with(&home(), &entry.path, &[]).expect("the scenario is valid");
            assert_eq!(loaded.warnings, [], "{}", entry.id);
            assert_eq!(loaded.scenario.id, entry.id);
            assert_eq!(loaded.scenario.title, entry.title);
        }
    }

    #[test]
    fn bare_names_are_found() {
        let loaded = load_with(&home(), Path::new("hard-cap"), &[]).expect("it is valid");
        assert_eq!((loaded.scenario.id.as_str(), loaded.files.len()), ("hard-cap", 14));
        assert_eq!(loaded.hash.len(), 64);
        let ending = load_with(&home(), Path::new("hard-cap.toml"), &[]).expect("it is valid");
        assert_eq!(ending.hash, loaded.hash);
    }

    #[test]
    fn resolved_scenarios_read_back_from_anywhere() {
        let run = tempfile::tempdir().expect("a directory");
        let copy = run.path().join("scenario.resolved.toml");
        let sets = ["parameters.belief-gain=0.4".to_owned()];
        for entry in list(&home()).expect("the directory is readable") {
            let first = load_with(&home(), &entry.path, &sets).expect("it is valid");
            assert!(!first.resolved.contains(env!("CARGO_MANIFEST_DIR")));
            fs::write(&copy, &first.resolved).expect("a file");
            let again = load_with(&home(), &copy, &[]).expect("it is valid");
            assert_eq!(again.scenario, first.scenario);
            assert_eq!(again.hash, first.hash);
        }
    }

    #[test]
    fn unreadable_files_are_problems() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            fs::write(&path, bytes).expect("a file");
            path
        };
        assert!(report(Path::new("hard-cup")).contains("no such file"));
        assert!(report(dir.path()).contains("it is a directory"));
        let path = file("latin.toml", b"schema = 1\ntitle = \"caf\xe9\"\n");
        assert!(report(&path).contains("not UTF-8 text (line 2)"), "{}", report(&path));
        let path = file("huge.toml", &vec![b'#'; (LARGEST + 1) as usize]);
        assert!(report(&path).contains("larger than 10 MB"));
        #[cfg(unix)]
        {
            let secret = file("secret", b"root:x:0:0\n");
            let link = dir.path().join("link.toml");
            std::os::unix::fs::symlink(secret, &link).expect("a link");
            assert!(report(&link).contains("a link to a file of another kind"));
        }
        let path = file("child.toml", b"extends = \"latin.toml\"\n");
        assert!(report(&path).contains(":1:11: error[unreadable-file]"), "{}", report(&path));
    }

    #[test]
    fn a_table_is_never_taken_from_another_directory_when_its_own_exists() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("mine.toml");
        let text = "extends = \"baseline.toml\"\n[data]\ndirectory = \"data\"\n";
        fs::write(&path, text).expect("a file");
        assert_eq!(report(&path), "no problem");
        let own = dir.path().join("data");
        fs::create_dir(&own).expect("a directory");
        let table = "data/jurisdictions.csv";
        fs::copy(home().join(table), dir.path().join(table)).expect("a file");
        assert!(report(&path).contains("data/lines.csv`: no such file"), "{}", report(&path));
    }
}
