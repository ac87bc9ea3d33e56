//! Where runs are: a directory by its path, by its name in `outputs/`, or the newest.
//!
//! Invariant: what is not there is said with what is.

use std::fs;
use std::path::{Path, PathBuf};

use sim_core::scenario::nearest;
use sim_core::scenario::plain::is_line;
use sim_lab::question;
pub(crate) use sim_lab::store::OUTPUTS;
use sim_lab::store::RunFacts;

use crate::failure::Failure;

/// The word for the newest run, and the file that names it.
const LATEST: &str = "latest";

/// The directory of a run: as given, in `outputs/`, or that of the newest. A path that is none of these stays as it is.
pub(crate) fn named(run: &Path) -> Result<PathBuf, Failure> {
    if run.exists() {
        return Ok(run.to_owned());
    }
    if run != Path::new(LATEST) {
        let inside = Path::new(OUTPUTS).join(run);
        let bare = run.components().count() == 1;
        return Ok(if bare && inside.is_dir() { inside } else { run.to_owned() });
    }
    let pointer = Path::new(OUTPUTS).join(LATEST);
    let id = fs::read_to_string(&pointer).map_err(|_| {
        Failure::Other(format!("{} names no run: run `chokepoint compare`", pointer.display()))
    })?;
    // Whoever can write a name there could name any directory of the machine.
    let id = id.trim();
    let one = Path::new(id).components().count() == 1 && Path::new(id).file_name().is_some();
    if !one || !is_line(id) {
        return Err(Failure::Other(format!(
            "{} holds no name of a run: run `chokepoint compare`, or name a run directory",
            pointer.display()
        )));
    }
    Ok(Path::new(OUTPUTS).join(id))
}

/// The newest run in `outputs/` that answers a study as its file asks; the number of replicates, the seed and overrides may be
/// others.
fn answer_to(id: &str) -> Option<PathBuf> {
    let fits = |facts: &RunFacts| {
        let other = ["baseline", "branch_at", "regimes", "trunk"];
        facts.study.as_ref().is_some_and(|study| {
            study.id == id && !study.changed.iter().any(|key| other.contains(&key.as_str()))
        })
    };
    let paths = fs::read_dir(OUTPUTS).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let runs = paths.filter_map(|path| Some((RunFacts::read(&path).ok()?, path)));
    let fit = runs.filter(|(facts, _)| fits(facts));
    fit.max_by(|a, b| (&a.0.written, &a.1).cmp(&(&b.0.written, &b.1))).map(|(_, path)| path)
}

/// [`existing()`], or the newest run of a study that is named.
pub(crate) fn answering(run: &Path) -> Result<PathBuf, Failure> {
    let found = named(run)?;
    if found.is_dir() {
        return Ok(found);
    }
    let Some(study) = question::open(run)? else { return existing(run) };
    answer_to(&study.id).ok_or_else(|| {
        let id = &study.id;
        Failure::Other(format!("no run in {OUTPUTS}/ answers `{id}`: `chokepoint compare {id}`"))
    })
}

/// [`named()`], of something that must be there.
pub(crate) fn existing(run: &Path) -> Result<PathBuf, Failure> {
    let path = named(run)?;
    if path.exists() {
        return Ok(path);
    }
    let mut names: Vec<String> = fs::read_dir(OUTPUTS)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    names.sort();
    let shown = path.display();
    let wanted = run.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let help = match nearest(&wanted, names.iter().map(String::as_str)) {
        Some(LATEST) => "`latest` names the newest".to_owned(),
        Some(near) => format!("a run with a similar name is `{OUTPUTS}/{near}`"),
        None if names.is_empty() => {
            format!("there are no runs in {OUTPUTS}/ yet: `chokepoint compare` makes one")
        }
        None => format!("runs are in {OUTPUTS}/; `latest` names the newest"),
    };
    Err(Failure::Other(format!("there is no `{shown}`; {help}")))
}
