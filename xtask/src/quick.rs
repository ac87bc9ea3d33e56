//! `quick`: from an edit to its tests in a minute.
//!
//! A changed file of a library is tested by the unit tests of its module, and by the modules of `tests/it` that speak of
//! it; a changed file of `tests/it` by itself. Whatever else changed is left to `ci`, with a word.
//!
//! Invariant: it says what it does not test; a pass here is no pass of everything.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use crate::{Failure, cargo, root, run};

/// Tests of a crate, by the names that the harness filters by.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tests {
    /// Unit tests of the library, or of the command.
    unit: BTreeSet<String>,
    /// Modules of `tests/it`.
    whole: BTreeSet<String>,
}

/// Checks the crates that changed, then runs the narrow tests of each.
pub(crate) fn quick(files: &[&str]) -> Result<(), Failure> {
    let files: Vec<String> =
        if files.is_empty() { changed()? } else { files.iter().map(ToString::to_string).collect() };
    let (plan, left) = plan(&files);
    if !left.is_empty() {
        eprintln!("not tested here, but by `cargo xtask ci`: {}", left.join(", "));
    }
    if plan.is_empty() {
        eprintln!("no file of a crate changed");
        return Ok(());
    }
    let mut check = vec!["check", "--quiet", "--tests"];
    for member in plan.keys() {
        check.extend(["-p", member]);
    }
    run(cargo(&check))?;
    for (member, tests) in &plan {
        let unit = if member == "sim-cli" { "--bins" } else { "--lib" };
        narrow(member, &[unit], &tests.unit)?;
        narrow(member, &["--test", "it"], &tests.whole)?;
    }
    Ok(())
}

/// Runs the tests of a target whose names hold one of the filters.
fn narrow(member: &str, target: &[&str], filters: &BTreeSet<String>) -> Result<(), Failure> {
    if filters.is_empty() {
        return Ok(());
    }
    let mut words = vec!["test", "--quiet", "-p", member];
    words.extend(target);
    words.push("--");
    words.extend(filters.iter().map(String::as_str));
    run(cargo(&words))
}

/// Files that differ from the last commit, new ones too.
fn changed() -> Result<Vec<String>, Failure> {
    let failed = |reason: String| Failure::Command(format!("`git status` failed: {reason}"));
    let words = ["status", "--porcelain", "--untracked-files=all", "--no-renames"];
    let said = Command::new("git").current_dir(root()).args(words).output();
    let said = said.map_err(|error| failed(error.to_string()))?;
    if !said.status.success() {
        return Err(failed(String::from_utf8_lossy(&said.stderr).into_owned()));
    }
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    Ok(text.lines().filter_map(|line| line.get(3..)).map(str::to_owned).collect())
}

/// Tests by crate, and the files that none of them is for.
fn plan(files: &[String]) -> (BTreeMap<String, Tests>, Vec<String>) {
    let (mut plan, mut left) = (BTreeMap::<String, Tests>::new(), Vec::new());
    for file in files {
        match place(file) {
            Some((member, Place::Source(module))) => {
                let tests = plan.entry(member.to_owned()).or_default();
                tests.whole.extend(speaking_of(&root().join(member).join("tests/it"), &module));
                tests.unit.insert(module);
            }
            Some((member, Place::Test(module))) => {
                plan.entry(member.to_owned()).or_default().whole.insert(module);
            }
            None => left.push(file.clone()),
        }
    }
    (plan, left)
}

/// What a file of a crate is.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// A module of the library or the command, as a filter of its tests.
    Source(String),
    /// A module of `tests/it`, as a filter.
    Test(String),
}

/// The crate of a Rust file, and what it is there.
fn place(file: &str) -> Option<(&str, Place)> {
    let (member, rest) = file.strip_suffix(".rs")?.split_once('/')?;
    let module = |path: &str| {
        let path = path.strip_suffix("/mod").unwrap_or(path);
        format!("{}::", path.replace('/', "::"))
    };
    // The root of a crate, and its list of tests, say nothing of one module.
    match (member, rest) {
        ("xtask" | "sim-py" | "benches" | "fuzz" | "checks", _)
        | (_, "src/lib" | "src/main" | "tests/it/main") => None,
        (_, rest) if rest.starts_with("src/") => {
            Some((member, Place::Source(module(&rest["src/".len()..]))))
        }
        (_, rest) => Some((member, Place::Test(module(rest.strip_prefix("tests/it/")?)))),
    }
}

/// Modules of a folder of tests whose texts name the last part of a module's path as a word.
fn speaking_of(folder: &Path, module: &str) -> Vec<String> {
    let Some(word) = module.trim_end_matches("::").rsplit("::").next() else { return Vec::new() };
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let speaks = |path: &Path| {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        text.split(|c| !is_part(c)).any(|part| part == word)
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs") && speaks(path))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .filter(|stem| stem != "main")
        .map(|stem| format!("{stem}::"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_tested_by_its_module_and_by_those_that_speak_of_it() {
        let source = |module: &str| Place::Source(module.to_owned());
        assert_eq!(
            place("sim-core/src/behaviour/beliefs.rs"),
            Some(("sim-core", source("behaviour::beliefs::")))
        );
        assert_eq!(place("sim-core/src/record/mod.rs"), Some(("sim-core", source("record::"))));
        assert_eq!(
            place("sim-cli/tests/it/words.rs"),
            Some(("sim-cli", Place::Test("words::".to_owned())))
        );
        for other in ["README.md", "sim-lab/src/lib.rs", "sim-py/src/sweep.rs", "scenarios/a.toml"]
        {
            assert_eq!(place(other), None, "{other}");
        }
        let (plan, left) = plan(&["sim-core/src/behaviour/beliefs.rs".into(), "README.md".into()]);
        assert!(plan["sim-core"].whole.contains("beliefs::"), "{plan:?}");
        assert_eq!(left, ["README.md"]);
    }

    #[test]
    fn every_module_that_a_filter_names_is_there() {
        let folder = root().join("sim-core/tests/it");
        for module in speaking_of(&folder, "behaviour::beliefs::") {
            let file = format!("{}.rs", module.trim_end_matches("::"));
            assert!(folder.join(&file).is_file(), "{file}");
        }
    }
}
