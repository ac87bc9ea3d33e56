//! One file for each cause of a refusal, and what a user reads then: `tests/malformed/NAME.toml` (a scenario, or
//! an experiment if its name says so) or `observed-NAME.csv`, beside `NAME.txt`.
//!
//! `cargo xtask goldens` writes the texts anew. Read the difference before it is
//! committed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::{chokepoint, root};

/// Files that are only there for others.
const PARENTS: [&str; 1] = ["cycle-of-two-parent"];
/// Scenarios with warnings only.
const WARNED: [&str; 4] = ["after-the-end", "does-nothing", "reaches-nothing", "written-anew"];
/// Most characters of a line: those of a terminal.
const WIDTH: usize = 80;

fn folder() -> PathBuf {
    root().join("sim-cli/tests/malformed")
}

/// Every case by its name.
fn cases() -> BTreeMap<String, PathBuf> {
    let mut cases = BTreeMap::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = path.extension().is_some_and(|ending| ending == "txt");
        if !text && !PARENTS.contains(&name.as_str()) {
            cases.insert(name, path);
        }
    }
    cases
}

/// The exit code and what is said.
fn said(name: &str, path: &Path) -> (i32, String) {
    let file = path.strip_prefix(root()).unwrap();
    let mut command = chokepoint();
    if name.starts_with("experiment-") {
        command.args(["sweep", "--dry-run"]).arg(file);
    } else if name.starts_with("observed-") {
        command.args(["hindcast", "--observed"]).arg(file);
    } else {
        command.arg("check").arg(file);
    }
    let output = command.output().unwrap();
    (output.status.code().unwrap_or(-1), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn every_cause_is_refused_in_its_own_words() {
    let cases = cases();
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for (name, path) in &cases {
        let (code, text) = said(name, path);
        let wanted = if WARNED.contains(&name.as_str()) { 0 } else { 3 };
        if code != wanted {
            wrong.push(format!("{name}: exit code {code}, not {wanted}\n{text}"));
        }
        let snapshot = folder().join(format!("{name}.txt"));
        if bless {
            fs::write(&snapshot, &text).unwrap();
        } else if fs::read_to_string(&snapshot).ok().as_ref() != Some(&text) {
            wrong.push(format!("{name}: the text is not that of {name}.txt:\n{text}"));
        }
        if text.contains("panicked") || text.lines().any(|line| line.chars().count() > WIDTH) {
            wrong.push(format!(
                "{name}: a panic, or a line of more than {WIDTH} characters\n{text}"
            ));
        }
        if let Some(other) = seen.insert(cause(&text), name.clone()) {
            wrong.push(format!("{name} is refused for the same cause as {other}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The messages of a report without what stands in quotes: two cases with the same are one cause.
fn cause(text: &str) -> String {
    let messages: BTreeSet<&str> = text
        .lines()
        .filter(|line| {
            ["error", "warning", "  = help"].iter().any(|w| line.trim_start().starts_with(w.trim()))
        })
        .collect();
    messages.into_iter().collect::<Vec<_>>().join("\n")
}

#[test]
fn a_file_of_fifty_megabytes_is_refused_before_it_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("large.toml");
    fs::File::create(&path).unwrap().set_len(50 << 20).unwrap();
    let done = chokepoint().arg("check").arg(&path).assert().code(3);
    let report = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    assert!(report.contains("larger than 10 MB"), "{report}");
}
