//! What a test of the model was of: its parameters, its mechanisms and its tables, each as a fingerprint, so that no other
//! model takes credit for it.
//!
//! Invariant: law, time and words of a scenario do not enter a fingerprint; every value and prior of a parameter, the
//! ensemble, every switch and every table do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};
use toml::Value;

use crate::finding::quoted;
use crate::library::{Loaded, sha256};
use crate::store::foreign;

/// The hindcast of the scenario `history` that comes with the program.
pub const HINDCAST: &str = include_str!("../../docs/validation.json");
/// Keys of a parameter that move no result.
const WORDS: [&str; 3] = ["source", "grade", "unit"];
/// Tables that only a test or a standing reads.
const OBSERVED: &str = "observed_";

fn is_table(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "csv")
}

/// Fingerprints of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// Of values and priors of parameters, and of the ensemble.
    pub parameters: String,
    /// Of the switches.
    pub mechanisms: String,
    /// Of each table, by its name.
    pub tables: BTreeMap<String, String>,
}

impl Model {
    /// Of a resolved scenario and the hashes of the files that it was read from, by path; `None` if it is no TOML.
    pub fn of<'a>(
        resolved: &str,
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Option<Self> {
        let mut whole: toml::Table = toml::from_str(resolved).ok()?;
        let files: BTreeMap<&str, &str> = files
            .into_iter()
            .map(|(path, hash)| (path.rsplit(['/', '\\']).next().unwrap_or(path), hash))
            .collect();
        let mut parameters = whole.remove("parameters");
        if let Some(Value::Table(all)) = &mut parameters {
            for parameter in all.iter_mut().filter_map(|(_, value)| value.as_table_mut()) {
                parameter.retain(|key, _| !WORDS.contains(&key));
            }
        }
        let ensemble = whole.get("data").and_then(|data| data.get("ensemble")?.as_str());
        let ensemble = ensemble.and_then(|name| files.get(name.rsplit('/').next()?));
        let text = |value: Option<Value>| serde_json::to_string(&value).unwrap_or_default();
        let tables = files.iter().filter(|(name, _)| is_table(name) && !name.starts_with(OBSERVED));
        Some(Self {
            parameters: sha256(format!("{}{ensemble:?}", text(parameters)).as_bytes()),
            mechanisms: sha256(text(whole.remove("mechanisms")).as_bytes()),
            tables: tables.map(|(name, hash)| ((*name).to_owned(), (*hash).to_owned())).collect(),
        })
    }

    /// Of a scenario that was read.
    pub fn of_loaded(loaded: &Loaded) -> Option<Self> {
        let files = loaded.files.iter().map(|f| (f.path.as_str(), f.sha256.as_str()));
        Self::of(&loaded.resolved, files)
    }

    /// The model that the stored hindcast scored; `None` if it does not say.
    pub fn scored() -> Option<Self> {
        #[derive(Deserialize)]
        struct Stored {
            model: Model,
        }
        foreign::read::<Stored>(HINDCAST).ok().map(|stored| stored.model)
    }

    /// In what it differs from another: `other parameters`, `other mechanisms`, `other tables (shares.csv)`.
    pub fn differs(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let mut note = |differs: bool, what: &str| {
            if differs {
                found.push(what.to_owned());
            }
        };
        note(self.parameters != other.parameters, "other parameters");
        note(self.mechanisms != other.mechanisms, "other mechanisms");
        let names: BTreeSet<&String> = self
            .tables
            .keys()
            .chain(other.tables.keys())
            .filter(|name| self.tables.get(*name) != other.tables.get(*name))
            .collect();
        if !names.is_empty() {
            let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
            found.push(format!("other tables ({})", names.join(", ")));
        }
        found
    }
}

/// What of a comparison is not the model that was scored, by hand or by file: overrides as they were written, and then what
/// differs without one.
pub fn changed<'a>(all: impl IntoIterator<Item = &'a Loaded>) -> Vec<String> {
    let scored = Model::scored();
    let mut changed: Vec<String> = Vec::new();
    let mut add = |what: String| {
        if !changed.contains(&what) {
            changed.push(what);
        }
    };
    for loaded in all {
        let sets = loaded.leaves.iter().filter(|leaf| leaf.place == "--set");
        for leaf in sets {
            let key = leaf.path.strip_suffix(".value").unwrap_or(&leaf.path);
            let word = key.rsplit('.').next().unwrap_or(key);
            // A number that is set by hand loses the source and grade of the one that it replaces.
            if !WORDS.contains(&word) {
                add(format!("{key}={}", leaf.value));
            }
        }
        let model = Model::of_loaded(loaded);
        match (&model, &scored) {
            (Some(model), Some(scored)) => {
                for what in model.differs(scored) {
                    add(format!("{}: {what}", quoted(&loaded.scenario.title)));
                }
            }
            _ => add("it is not known which model was tested".to_owned()),
        }
    }
    changed
}

/// Whether a change is one of the model, not of law or time alone.
pub fn untested(changed: &[String]) -> impl Iterator<Item = &String> {
    changed.iter().filter(|what| what.contains(": other ") || what.starts_with("it is not known"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library;

    fn changes(name: &str, sets: &[&str]) -> Vec<String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios").join(name);
        let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        changed([&library::load(&path, &sets).expect("it is valid")])
    }

    #[test]
    fn law_and_time_are_the_model_that_was_scored_and_assumptions_are_not() {
        for name in ["history.toml", "current-law.toml", "hard-cap.toml", "chip-ban.toml"] {
            assert_eq!(changes(name, &[]), [] as [String; 0], "{name}");
        }
        let short = changes("history.toml", &["time.end=2030Q4"]);
        assert_eq!(short, ["time.end=\"2030Q4\""]);
        assert_eq!(untested(&short).count(), 0);
        let sticky = changes("history.toml", &["parameters.stickiness=0"]);
        assert!(sticky[0].starts_with("parameters.stickiness=0"), "{sticky:?}");
        assert!(sticky.last().is_some_and(|what| what.ends_with("other parameters")), "{sticky:?}");
        let switched = changes("history.toml", &["mechanisms.drift=false"]);
        assert!(untested(&switched).any(|what| what.ends_with("other mechanisms")), "{switched:?}");
    }

    #[test]
    fn tables_are_told_apart_by_name_and_bytes() {
        let of = |hash: &str| Model::of("", [("a/data/shares.csv", hash), ("b/note.md", "x")]);
        let (one, other) = (of("1").expect("a model"), of("2").expect("a model"));
        assert_eq!(one.differs(&other), ["other tables (shares.csv)"]);
        assert_eq!(one.differs(&one), [] as [String; 0]);
        // Observed shares are what a forecast is held against, not what it is made of.
        let observed = Model::of("", [("shares.csv", "1"), ("observed_2024.csv", "2")]);
        assert_eq!(observed, Some(one));
        assert_eq!(Model::of("= no TOML", []), None);
    }
}
