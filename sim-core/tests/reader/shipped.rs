//! The scenarios of the project: read without a warning, and each note of what it changes in a parent is meant.

use std::fs;
use std::path::{Path, PathBuf};

use sim_core::policy::idle;
use sim_core::scenario::load::{self, Found, Reading, Unreadable, Wanted};
use sim_core::scenario::problem::Code;

/// Scenarios that change entries of a parent, and how many.
const CHANGES: [(&str, usize); 10] = [
    ("allies-leave", 6),
    ("behavioural-allies", 2),
    ("current-law", 2),
    ("de-minimis", 2),
    ("h200-terms", 1),
    ("hard-cap-allied", 2),
    ("packaging-allied", 1),
    ("return-to-scale", 2),
    ("tool-rules-lifted", 6),
    ("truce-ends", 4),
];

fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios")
}

fn read(path: &str) -> Reading {
    let mut fetch = |wanted: &Wanted| {
        let text = fs::read_to_string(home().join(&wanted.path));
        text.map(|text| Found { path: wanted.path.clone(), text })
            .map_err(|error| Unreadable { message: error.to_string(), help: None })
    };
    load::load(path, &[], &mut fetch, idle::find)
        .unwrap_or_else(|problems| panic!("{path}: {problems}"))
}

#[test]
fn every_scenario_of_the_project_says_nothing_that_does_nothing() {
    let mut changes = Vec::new();
    let mut warned = Vec::new();
    let mut read_names = 0;
    for entry in fs::read_dir(home()).expect("the scenarios") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let is_toml = path.extension().is_some_and(|ending| ending == "toml");
        if !is_toml || name == "ensemble.toml" {
            continue;
        }
        let reading = read(&name);
        read_names += 1;
        warned.extend(reading.warnings.iter().map(ToString::to_string));
        let inherits = reading.notes.iter().filter(|note| note.code == Code::Inherits).count();
        if inherits > 0 {
            changes.push((reading.scenario.id, inherits));
        }
    }
    assert!(read_names >= 20, "{read_names}");
    assert!(warned.is_empty(), "{}", warned.join("\n"));
    changes.sort();
    assert_eq!(changes, CHANGES.map(|(id, notes)| (id.to_owned(), notes)));
}
