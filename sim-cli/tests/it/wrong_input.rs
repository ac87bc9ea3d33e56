//! Wrong input: every problem at once, with path, line and column; exit 3; nothing left behind.

use std::path::Path;

use super::{chokepoint, root};

/// Runs `run` on a scenario text in the scenario directory's company; returns the report.
fn refused(text: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("wrong.toml");
    std::fs::write(&file, text).unwrap();
    let out = directory.path().join("run");
    let done = chokepoint()
        .args(["run", "--replicates", "2", "--out"])
        .arg(&out)
        .arg(&file)
        .assert()
        .code(3);
    assert!(!out.exists(), "a run directory was left behind");
    String::from_utf8(done.get_output().stderr.clone()).unwrap()
}

/// A child of the shipped baseline.
fn child(body: &str) -> String {
    let baseline = root().join("scenarios/baseline.toml");
    format!(
        "schema = 1\nextends = \"{}\"\ntitle = \"Wrong\"\nsummary = \"Wrong.\"\n{body}",
        baseline.display()
    )
}

#[test]
fn every_problem_is_reported_at_once_with_its_place() {
    let report = refused(&child(
        "[time]\nstart = \"2030Q1\"\nend = \"2020Q1\"\n\
         [parameters]\nstickyness = 1.0\nbelief-gain = 1.4\nown-weight = \"half\"\n\
         [measures.m]\ntitle = \"M\"\nreference = \"r\"\nauthority = \"USX\"\nannounced = \"2022Q4\"\n\
         in_forze = \"2022Q4\"\ndestinations = [\"CHN\"]\nembargo = {}\n",
    ));
    for (place, word) in [
        (":7:", "2020Q1"),
        (":9:1", "stickiness"),
        (":10:", "1.4"),
        (":11:", "own-weight"),
        (":15:", "USX"),
        (":17:1", "in_force"),
    ] {
        assert!(report.contains(place), "no problem at {place}:\n{report}");
        assert!(report.contains(word), "nothing says `{word}`:\n{report}");
    }
}

#[test]
fn a_missing_file_is_a_problem_of_the_scenario() {
    let report =
        refused("schema = 1\nextends = \"nowhere.toml\"\ntitle = \"x\"\nsummary = \"x\"\n");
    assert!(report.contains("nowhere.toml"), "{report}");
    chokepoint().args(["check", "no-such-scenario"]).assert().code(3);
}

#[test]
fn tables_are_checked_cell_by_cell() {
    let directory = tempfile::tempdir().unwrap();
    copy(&root().join("scenarios"), directory.path());
    let shares = directory.path().join("data/shares.csv");
    let text = std::fs::read_to_string(&shares).unwrap();
    std::fs::write(&shares, text.replacen("N38,USA,91", "N38,USA,141", 1)).unwrap();
    let done =
        chokepoint().arg("check").arg(directory.path().join("baseline.toml")).assert().code(3);
    let report = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    assert!(report.contains("shares.csv:") && report.contains("141"), "{report}");
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn usage_errors_have_their_own_code() {
    chokepoint().args(["compare", "--replicates", "1"]).assert().code(2);
    chokepoint().args(["compare", "--replicats", "9"]).assert().code(2);
    chokepoint().args(["run"]).assert().code(2);
}

#[test]
fn a_directory_that_holds_something_is_not_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("mine.txt"), "mine").unwrap();
    chokepoint()
        .args(["run", "hard-cap", "--replicates", "2", "--out"])
        .arg(directory.path())
        .assert()
        .code(1);
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
}
