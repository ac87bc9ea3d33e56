//! The library of scenarios: files on disk, read for [`sim_core::scenario::load`].
//!
//! A name that does not exist as given is looked for in `scenarios/`: `hard-cap` is
//! `scenarios/hard-cap.toml`. So is the data directory that a scenario names, when there is none
//! beside it: that is how `scenario.resolved.toml` in a run directory finds its tables. Elsewhere,
//! `--set data.directory=PATH` says where they are (and `--set data.sources=FILE` the sources).
//!
//! Invariant: whatever is wrong with a file is a problem with a place, never a panic.

mod files;
mod hash;
mod list;
mod sealed;

use std::path::{Component, Path, PathBuf};

use sim_core::policy::idle;
use sim_core::scenario::Scenario;
use sim_core::scenario::keys::{Form, SCENARIO};
use sim_core::scenario::leaves::Leaf;
use sim_core::scenario::load::{self, Fetch, Found, Reading, Unreadable, Wanted};
use sim_core::scenario::problem::{Problem, Problems};

pub use files::read_text;
use files::{read, shown};
pub use hash::{sha256, sha256_of_file};
pub(crate) use list::toml_files;
pub use list::{Listed, list};
pub use sealed::load_sealed;

/// Where bare names are looked for.
const HOME: &str = "scenarios";
/// Where bare names of experiments are looked for, within [`HOME`].
const EXPERIMENTS: &str = "experiments";
/// Where bare names of studies are looked for, within [`HOME`].
const STUDIES: &str = "studies";
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
    /// What the file itself changes in entries of its parents.
    pub notes: Vec<Problem>,
    /// SHA-256 of all values and all tables in hex. Comments, paths and the way in which values were
    /// inherited do not enter it.
    pub hash: String,
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
pub fn thing(set: &str) -> Option<&str> {
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

/// Where the studies of a project stand.
pub fn studies() -> PathBuf {
    Path::new(HOME).join(STUDIES)
}

/// The file of the study that a word names, by path or bare name; `None` if it names something else, or nothing. A scenario
/// of the same name is meant first.
pub fn study_file(path: &Path) -> Option<PathBuf> {
    let scenario = locate(Path::new(HOME), path);
    if scenario.is_file() {
        return read(&scenario).is_ok_and(|(text, _)| is_study(&text)).then_some(scenario);
    }
    Some(locate(&studies(), path)).filter(|file| file.is_file())
}

/// The scenario file that an experiment or a study names: beside the experiment, or by its bare name in `scenarios/`. As it is
/// named if there is none.
pub(crate) fn named_by(experiment: &str, named: &str) -> PathBuf {
    let (named, home) = (Path::new(named), Path::new(experiment).parent().unwrap_or(Path::new("")));
    let ending = PathBuf::from(format!("{}.toml", named.display()));
    let places = [home.join(named), home.join(&ending)];
    if let Some(found) = places.into_iter().find(|place| place.is_file()) {
        return found;
    }
    let bare = named.components().count() == 1;
    let shipped = [Path::new(HOME).join(named), Path::new(HOME).join(&ending)];
    let found = shipped.into_iter().find(|place| bare && place.is_file());
    // A file that stands where the program runs is not meant.
    let here = named.is_file() || ending.is_file();
    found.unwrap_or_else(|| if bare && !here { named.to_owned() } else { home.join(named) })
}

/// The path from the directory of a file to another file, if both are below where the program runs.
pub(crate) fn path_from(file: &str, to: &Path) -> Option<String> {
    let inner = |path: &Path| path.components().all(|c| matches!(c, Component::Normal(_)));
    let home = Path::new(file).parent().unwrap_or(Path::new(""));
    if !inner(home) || !inner(to) {
        return None;
    }
    let shared = home.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n(Component::ParentDir, home.components().count() - shared);
    Some(shown(&up.chain(to.components().skip(shared)).collect::<PathBuf>()))
}

/// [`load()`] with another directory for bare names.
fn load_with(home: &Path, path: &Path, sets: &[String]) -> Result<Loaded, Problems> {
    let main = locate(home, path);
    let loaded = loaded(&shown(&main), sets, &mut |wanted, files| fetch(home, wanted, files));
    loaded.map_err(|problems| match read(&main) {
        Ok((text, _)) if is_experiment(&text) => {
            let help = format!("`chokepoint sweep {}` runs it", shown(path));
            Problems::unreadable(&shown(&main), "it is an experiment, no scenario", Some(help))
        }
        Ok((text, _)) if is_study(&text) => a_study(&main, path),
        Err(_) => study_file(path).map_or(problems, |file| a_study(&file, path)),
        _ => problems,
    })
}

/// The problem of a study where a scenario is wanted.
fn a_study(file: &Path, named: &Path) -> Problems {
    let help = format!("`chokepoint compare {}` answers it", shown(named));
    Problems::unreadable(&shown(file), "it is a study, no scenario", Some(help))
}

/// The text of a scenario by path or bare name, sound or not.
///
/// # Errors
/// One problem, if it cannot be read.
pub fn load_text(path: &Path) -> Result<String, Problems> {
    read_text(&locate(Path::new(HOME), path)).map(|(_, text, _)| text)
}

/// Whether a text has the tables of an experiment, sound or not.
pub fn is_experiment(text: &str) -> bool {
    has_table(text, &["levers", "design", "responses", "uncertainties"])
}

/// Whether a text has the keys of a study, sound or not.
pub fn is_study(text: &str) -> bool {
    let head = text.lines().map(str::trim_start).take_while(|line| !line.starts_with('['));
    let key = |line: &str| line.split_once('=').map(|(key, _)| key.trim().to_owned());
    head.filter_map(key).any(|key| ["question", "regimes", "branch_at"].contains(&key.as_str()))
}

/// Whether a text has the tables of a scenario, sound or not.
pub fn is_scenario(text: &str) -> bool {
    has_table(text, &["measures", "parameters", "mechanisms", "data", "time"])
}

fn has_table(text: &str, names: &[&str]) -> bool {
    let of = |line: &str| {
        let head = line.trim_start().strip_prefix('[')?;
        Some(names.iter().any(|name| {
            head.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with(['.', ']']))
        }))
    };
    text.lines().filter_map(of).any(|found| found)
}

/// How files are had; those that were read are noted.
type Noting<'a> = dyn FnMut(&Wanted, &mut Vec<FileUsed>) -> Result<Found, Unreadable> + 'a;

/// Reads a scenario with files from anywhere; those that are fetched are taken down.
fn loaded(main: &str, sets: &[String], fetch: &mut Noting<'_>) -> Result<Loaded, Problems> {
    let mut files = Vec::new();
    let fetch: &mut Fetch<'_> = &mut |wanted| fetch(wanted, &mut files);
    let Reading { scenario, resolved, identity, leaves, chain, warnings, notes } =
        load::load(main, sets, fetch, idle::find)?;
    let hash = sha256(identity.as_bytes());
    Ok(Loaded { scenario, resolved, files, leaves, chain, warnings, notes, hash })
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::files::LARGEST;
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
