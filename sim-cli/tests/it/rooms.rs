//! The rooms of the code stand in an order, and nothing points up: crates by their manifests, the rooms of the economy by
//! what their files import.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Crates from the bottom up, with the crates of the workspace that each may build on.
const CRATES: [(&str, &[&str]); 6] = [
    ("sim-stats", &[]),
    ("sim-core", &["sim-stats"]),
    ("sim-charts", &["sim-stats"]),
    ("sim-lab", &["sim-charts", "sim-core", "sim-stats"]),
    ("sim-cli", &["sim-charts", "sim-core", "sim-lab", "sim-stats"]),
    ("sim-py", &["sim-charts", "sim-core", "sim-lab"]),
];

/// Rooms of the economy from the bottom up: each imports from those before it only.
const ROOMS: [&str; 20] = [
    "calendar",
    "vector",
    "lent",
    "draws",
    "scenario",
    "kernel",
    "structure",
    "base_year",
    "world",
    "policy",
    "decisions",
    "behaviour",
    "market",
    "ledger",
    "quarter",
    "opening",
    "commit",
    "metric",
    "record",
    "simulate",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn crates_build_on_those_below_them_only() {
    for (name, may) in CRATES {
        let text = fs::read_to_string(root().join(name).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = text.parse().unwrap();
        let named = manifest["dependencies"].as_table().unwrap().keys();
        let ours: Vec<&str> = named.map(String::as_str).filter(|d| d.starts_with("sim-")).collect();
        assert_eq!(ours, may, "{name}: Cargo.toml and docs/architecture.md disagree");
    }
}

#[test]
fn rooms_of_the_economy_import_from_those_before_them_only() {
    let source = root().join("sim-core/src");
    let mut seen = BTreeSet::new();
    for file in files(&source) {
        let name = file.strip_prefix(&source).unwrap().components().next().unwrap();
        let room = name.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned();
        if room == "lib" {
            continue;
        }
        let place = |room: &str| {
            let known = ROOMS.iter().position(|other| *other == room);
            known.unwrap_or_else(|| panic!("{room} has no place in the order of rooms"))
        };
        let text = fs::read_to_string(&file).unwrap();
        for other in imported(&text) {
            assert!(
                place(other) <= place(&room),
                "{}: `{room}` imports from `{other}`, which stands after it",
                file.display()
            );
        }
        seen.insert(room);
    }
    assert_eq!(seen.len(), ROOMS.len(), "{seen:?}");
}

/// The rooms that a file names outside its comments and tests.
fn imported(text: &str) -> impl Iterator<Item = &str> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let names = lines.flat_map(|line| line.split("crate::").skip(1)).map(|rest| {
        let end = rest.find(|c: char| !(c.is_ascii_lowercase() || c == '_'));
        &rest[..end.unwrap_or(rest.len())]
    });
    // Macros stand at the root of the crate.
    names.filter(|name| *name != "with_vectors")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
    found
}
