//! docs/dependencies.md names every dependency with its reason, and no other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::root;

/// Names of dependencies by crate, of the program and of tests.
fn of_manifests(section: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for member in ["sim-stats", "sim-core", "sim-charts", "sim-lab", "sim-cli", "sim-py"] {
        let text = fs::read_to_string(root().join(member).join("Cargo.toml")).unwrap();
        let mut here = "";
        for line in text.lines() {
            if let Some(header) = line.strip_prefix('[') {
                here = header.trim_end_matches(']');
            } else if here == section
                && let Some(name) = line.split([' ', '.', '=']).next()
                && !name.is_empty()
                && !name.starts_with(['#', '}', ']'])
                && !name.starts_with("sim-")
            {
                used.entry(name.to_owned()).or_default().insert(member.to_owned());
            }
        }
    }
    used
}

/// The rows of a section of the page: crate, and who uses it.
fn of_page(section: &str) -> BTreeMap<String, BTreeSet<String>> {
    let page = fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    let (_, rest) = page.split_once(&format!("## {section}\n")).unwrap();
    let rest = rest.split("\n## ").next().unwrap();
    let mut rows = BTreeMap::new();
    for line in rest.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, users, reason] = cells[..] else { panic!("not three cells: {line}") };
        assert!(reason.split_whitespace().count() >= 3, "no reason: {line}");
        let users = users.split(", ").map(str::to_owned).collect();
        rows.insert(name.trim_matches('`').to_owned(), users);
    }
    rows
}

#[test]
fn the_page_lists_every_dependency_of_the_program() {
    assert_eq!(of_page("In the program"), of_manifests("dependencies"));
}

#[test]
fn the_page_lists_every_dependency_of_the_tests() {
    let program = of_manifests("dependencies");
    let mut tests = of_manifests("dev-dependencies");
    tests.retain(|name, _| !program.contains_key(name));
    assert_eq!(of_page("In tests only"), tests);
}
