//! What stands under a path: a comparison, a sweep, a plan, a sample, a scenario. Whoever is handed the wrong thing says
//! what it is and which verb it is for.

use std::fs;
use std::path::{Path, PathBuf};

use super::{OUTCOMES, StoreError};
use crate::library::{is_experiment, is_scenario};

/// How deep the files of a run stand in its directory.
const DEEPEST: usize = 2;
/// Largest file that is looked into.
const LARGEST: u64 = 1 << 20;

/// What stands under a path, as far as its names say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The directory of a finished comparison.
    Comparison,
    /// The directory of a comparison without a manifest.
    Unfinished,
    /// The directory of a merged sweep.
    Sweep,
    /// The directory of a sweep that is planned and not merged.
    Plan,
    /// The directory of a sample of `calibrate`.
    Sample,
    /// A directory of scenarios.
    Scenarios,
    /// A directory of the ETO dataset.
    Dataset,
    /// A directory with nothing in it.
    Empty,
    /// Another directory.
    Directory,
    /// A scenario file.
    Scenario,
    /// An experiment file.
    Experiment,
    /// Another file.
    File,
    /// Nothing.
    Nothing,
}

impl Kind {
    /// What stands under a path.
    pub fn of(path: &Path) -> Self {
        if path.is_dir() {
            return Self::of_directory(path);
        }
        let Ok(about) = fs::metadata(path) else { return Self::Nothing };
        let toml = path.extension().is_some_and(|ending| ending == "toml");
        let text = if toml && about.is_file() && about.len() <= LARGEST {
            fs::read_to_string(path).unwrap_or_default()
        } else {
            String::new()
        };
        match () {
            () if is_experiment(&text) => Self::Experiment,
            () if is_scenario(&text) || text.contains("extends") => Self::Scenario,
            () => Self::File,
        }
    }

    /// The directory of one of these kinds among whose files a path stands, or would stand.
    pub fn home(path: &Path, kinds: &[Self]) -> Option<PathBuf> {
        let above = path.ancestors().skip(1).take(DEEPEST);
        above.filter(|folder| kinds.contains(&Self::of(folder))).map(Path::to_owned).next()
    }

    fn of_directory(path: &Path) -> Self {
        let has = |name: &str| path.join(name).is_file();
        let merged = has("manifest.json");
        match () {
            () if has(crate::sweep::PLAN) && merged => Self::Sweep,
            () if has(crate::sweep::PLAN) => Self::Plan,
            () if merged && says_sweep(&path.join("manifest.json")) => Self::Sweep,
            () if merged => Self::Comparison,
            () if has("sample.json") => Self::Sample,
            () if has("study.json") || has(OUTCOMES) || any(path, ".resolved.toml") => {
                Self::Unfinished
            }
            () if has("inputs.csv") && has("provision.csv") => Self::Dataset,
            () if any(path, ".toml") => Self::Scenarios,
            () if any(path, "") => Self::Directory,
            () => Self::Empty,
        }
    }

    /// Its name.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Comparison => "a comparison",
            Self::Unfinished => "a comparison that was not finished",
            Self::Sweep => "a merged sweep",
            Self::Plan => "a sweep that is not merged yet",
            Self::Sample => "a sample of `calibrate`",
            Self::Scenarios => "a directory of scenarios",
            Self::Dataset => "the ETO dataset",
            Self::Empty => "an empty directory",
            Self::Directory => "a directory without any run",
            Self::Scenario => "a scenario",
            Self::Experiment => "an experiment",
            Self::File => "a file of another kind",
            Self::Nothing => "not there",
        }
    }

    /// Which verbs it is for, as the end of a sentence; or how to get what is wanted.
    pub const fn verbs(self) -> &'static str {
        match self {
            Self::Comparison => "`chart`, `brief`, `verify` and `diff` read it",
            Self::Unfinished => "delete it, and run `compare` or `run` again",
            Self::Sweep => "`sensitivity`, `discover`, `robust`, `chart` and `brief` read it",
            Self::Plan => {
                "`status` says how far it is, `resume` or `run-shard` go on, `merge` ends it"
            }
            Self::Sample => "`calibrate --dir` goes on with it",
            Self::Scenarios => "`list` shows them, `run` and `compare` play one by its name",
            Self::Dataset => "`import eto` reads it",
            Self::Scenario => "`run` plays it",
            Self::Experiment => "`sweep` runs it",
            Self::Empty | Self::Directory | Self::File | Self::Nothing => {
                "`compare` makes comparisons, `sweep` makes sweeps, both in `outputs/`"
            }
        }
    }

    /// A path that does not stand for what is wanted; `wanted` as in [`Self::words`].
    pub fn refused(self, path: &Path, wanted: &str) -> StoreError {
        let reason = format!("it is {}, not {wanted}: {}", self.words(), self.verbs());
        StoreError::OtherKind { path: path.to_owned(), reason }
    }
}

/// Whether a manifest says that it is a sweep's; one that is damaged says nothing.
fn says_sweep(manifest: &Path) -> bool {
    let text = fs::read_to_string(manifest).unwrap_or_default();
    let value = serde_json::from_str::<serde_json::Value>(&text).unwrap_or_default();
    value["kind"] == "sweep"
}

/// Whether a directory has a file whose name ends in something.
fn any(path: &Path, ending: &str) -> bool {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| entry.file_name().to_string_lossy().ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_there_is_told_by_its_files() {
        let place = tempfile::tempdir().expect("a directory");
        for (files, kind) in [
            (&["manifest.json", "study.json", "outcomes.parquet"][..], Kind::Comparison),
            (&["study.json", "outcomes.parquet"], Kind::Unfinished),
            (&["hard-cap.resolved.toml"], Kind::Unfinished),
            (&["plan.json", "manifest.json"], Kind::Sweep),
            (&["manifest.json", "outcomes.parquet"], Kind::Comparison),
            (&["plan.json"], Kind::Plan),
            (&["sample.json", "part-00000.csv"], Kind::Sample),
            (&["baseline.toml"], Kind::Scenarios),
            (&["inputs.csv", "provision.csv"], Kind::Dataset),
            (&["letter.txt"], Kind::Directory),
            (&[], Kind::Empty),
        ] {
            let path = place.path().join(kind.words().replace(' ', "-") + &files.len().to_string());
            fs::create_dir(&path).expect("a directory");
            for file in files {
                fs::write(path.join(file), "{}").expect("a file");
            }
            assert_eq!(Kind::of(&path), kind, "{files:?}");
            let said = kind.refused(&path, "a thing").to_string();
            assert!(said.contains(kind.words()) && said.contains("not a thing"), "{said}");
        }
        assert_eq!(Kind::of(&place.path().join("nowhere")), Kind::Nothing);
        let file = |name: &str, text: &str| {
            let path = place.path().join(name);
            fs::write(&path, text).expect("a file");
            Kind::of(&path)
        };
        assert_eq!(file("a.toml", "[levers]\nregimes = []\n"), Kind::Experiment);
        assert_eq!(file("b.toml", "[measures.x]\n"), Kind::Scenario);
        assert_eq!(file("c.json", "{}"), Kind::File);
    }
}
