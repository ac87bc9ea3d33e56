//! Ensemble files: both forms are read, and everything that is wrong is said at once.

use sim_core::scenario::ensemble::Members;
use sim_core::scenario::param::Spec;

use crate::library::Library;

const GOOD: &str = r#"schema = 1
columns = ["belief-gain", "belief-floor"]
members = [
    "5000 1",
    "0001 9999",
]
[folds.1]
segments = ["N1"]
members = ["17 18"]
[priors]
belief-floor = "uniform 0 0.1"
belief-gain = "uniform 0.2 0.4"
"#;

/// The library with an ensemble of this text.
fn library(text: &str) -> Library {
    let mut library = Library::new().replaced(
        "base.toml",
        "directory = \"data\"",
        "directory = \"data\"\nensemble = \"e.toml\"",
    );
    library.0.insert("e.toml".to_owned(), text.to_owned());
    library
}

#[test]
fn coordinates_are_read_by_column() {
    let reading = library(GOOD).load("base.toml", &[]).expect("it is valid");
    let ensemble = reading.scenario.ensemble.expect("it names one");
    let place = |key| Spec::find(key).expect("a parameter").0;
    let columns = vec![place("belief-gain"), place("belief-floor")];
    let rows = vec![vec![5000, 1], vec![1, 9999]];
    assert_eq!(ensemble.members, Members::Coordinates { columns: columns.clone(), rows });
    assert_eq!(
        ensemble.folds[0].members,
        Members::Coordinates { columns, rows: vec![vec![17, 18]] }
    );
    assert_eq!(ensemble.of_fold(&ensemble.folds[0]).members.len(), 1);
    // The text is part of the scenario's identity.
    let other = library(&GOOD.replace("0001", "0002")).load("base.toml", &[]).expect("valid");
    assert_ne!(reading.identity, other.identity);
}

#[test]
fn every_problem_has_its_line_and_what_to_write() {
    let cases = [
        (
            GOOD.replace("\"belief-floor\"]", "\"belief-flor\"]"),
            vec![
                "e.toml:2:27: error[unknown-id]: the model has no parameter `belief-flor` (a parameter with a similar name exists: `belief-floor`",
                "e.toml:11:1: error[missing-key]: the prior of `belief-floor` has no column of coordinates",
            ],
        ),
        (
            GOOD.replace("\"belief-floor\"]", "\"belief-gain\"]"),
            vec![
                "e.toml:2:27: error[duplicate-id]: the column `belief-gain` stands twice",
                "e.toml:11:1: error[missing-key]: the prior of `belief-floor` has no column",
            ],
        ),
        (
            GOOD.replace("5000 1\"", "5000\"")
                .replace("0001 9999", "0 10000")
                .replace("17 18", "17 x"),
            vec![
                "e.toml:4:5: error[out-of-range]: a member has 1 coordinates for 2 columns",
                "e.toml:5:5: error[out-of-range]: `0`, the coordinate of `belief-gain`, is no whole number from 1 to 9999",
                "e.toml:9:12: error[out-of-range]: `x`, the coordinate of `belief-floor`",
            ],
        ),
        (
            GOOD.replace("belief-gain = \"uniform 0.2 0.4\"\n", ""),
            vec!["e.toml:2:12: error[missing-key]: the column `belief-gain` has no prior"],
        ),
        (
            GOOD.replace("[\n    \"5000 1\",\n    \"0001 9999\",\n]", "[]"),
            vec!["e.toml:3:11: error[out-of-range]: there is no member"],
        ),
        (
            GOOD.replace("columns = [\"belief-gain\", \"belief-floor\"]\n", ""),
            vec!["e.toml:1:1: error[missing-key]: `seed` is missing"],
        ),
    ];
    for (text, wanted) in cases {
        let found = library(&text).report("base.toml", &[]);
        assert_eq!(found.len(), wanted.len(), "{found:#?}");
        for wanted in wanted {
            assert!(found.iter().any(|line| line.starts_with(wanted)), "{wanted}\n{found:#?}");
        }
    }
}

#[test]
fn a_free_parameter_without_coordinates_is_warned_of() {
    let reading = library(GOOD)
        .load("base.toml", &["parameters.stock-speed.uniform=[0.2,0.4]"])
        .expect("it is valid");
    let said: Vec<String> = reading.warnings.iter().map(ToString::to_string).collect();
    let about = said.iter().find(|line| line.contains("no coordinates of `stock-speed`"));
    assert!(about.is_some(), "{said:#?}");
}
