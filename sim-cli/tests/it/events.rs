//! `--json`: every verb prints lines of the published schema, and every event of the schema is printed by some verb.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::schema::problems;
use super::{chokepoint, root};

const EXPERIMENT: &str = "schema = 1\ntitle = \"Small\"\n\
    [levers]\nregimes = [\"hard-cap\"]\nset = [\"time.end=2024Q4\"]\n\
    [uncertainties]\nparameters = [\"reactive-capex\", \"belief-sensitivity\"]\n\
    [outcomes]\nheadlines = [\"us-revenue-world\", \"us-share\"]\n[design]\n";

/// The schema of each event, as the command prints it.
fn schemas() -> BTreeMap<String, Value> {
    let done = chokepoint().args(["schema", "events"]).assert().success();
    let schema: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
    let all = schema["anyOf"].as_array().unwrap().iter();
    let name = |s: &Value| s["properties"]["event"]["enum"][0].as_str().unwrap().to_owned();
    all.map(|schema| (name(schema), schema.clone())).collect()
}

/// Runs verbs and checks their lines.
struct Checker {
    schemas: BTreeMap<String, Value>,
    seen: BTreeSet<String>,
}

impl Checker {
    fn run(&mut self, code: i32, arguments: &[&str], paths: &[&Path]) {
        let mut command = chokepoint();
        command.args(arguments).args(paths).args(["--json", "--quiet"]);
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!text.is_empty(), "{arguments:?} prints no event");
        for line in text.lines() {
            let event: Value = serde_json::from_str(line)
                .unwrap_or_else(|e| panic!("{arguments:?}: {e} in {line}"));
            let name = event["event"].as_str().unwrap_or_default().to_owned();
            let schema = self.schemas.get(&name).unwrap_or_else(|| panic!("no event: {line}"));
            let wrong = problems(schema, &event);
            assert!(wrong.is_empty(), "{arguments:?}: {wrong:?} in {line}");
            self.seen.insert(name);
        }
    }
}

#[test]
fn every_verb_prints_the_events_of_the_schema() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    let write = |name: &str, text: String| fs::write(at(name), text).unwrap();
    let mut check = Checker { schemas: schemas(), seen: BTreeSet::new() };
    let short = ["--set", "time.end=2023Q1"];
    let few = ["--set", "time.end=2024Q4", "--replicates", "3"];

    check.run(0, &["init"], &[&at("mine")]);
    check.run(0, &["check", "hard-cap", "allies", "from-today"], &[]);
    check.run(3, &["check", "hard-cup"], &[]);
    check.run(0, &["list"], &[]);
    check.run(0, &["list", "mechanisms"], &[]);
    check.run(0, &["list", "studies"], &[]);
    check.run(0, &["explain"], &[]);
    check.run(0, &["explain", "enforcement", "3"], &[]);
    check.run(2, &["explain", "zzzzzz"], &[]);
    check.run(0, &["diff", "hard-cap", "hard-cap-allied"], &[]);

    check.run(0, &["run", "hard-cap", "--dry-run"], &[]);
    check.run(0, &[&["run", "hard-cap"][..], &few, &["--out"]].concat(), &[&at("one")]);
    let other = ["compare", "hard-cap", "history", "--seed", "2"];
    check.run(0, &[&other[..], &few, &["--out"]].concat(), &[&at("two")]);
    check.run(0, &["diff"], &[&at("one"), &at("two")]);
    check.run(0, &["verify", "--sample", "1"], &[&at("one")]);
    check.run(0, &["chart"], &[&at("one")]);
    check.run(0, &["brief"], &[&at("one")]);
    check.run(0, &[&["trace", "baseline", "hard-cap"][..], &short].concat(), &[]);
    check.run(0, &[&["attribute", "hard-cap"][..], &few].concat(), &[]);
    check.run(0, &["hindcast", "--replicates", "4"], &[]);
    let sample = ["calibrate", "--draws", "100", "--particles", "10", "--keep", "4", "--out"];
    let (ensemble, report) = (at("ensemble.toml"), at("report.json"));
    let files =
        [ensemble.as_path(), Path::new("--report"), &report, Path::new("--dir"), &at("sample")];
    check.run(0, &sample, &files);
    let dataset = root().join("sim-cli/tests/eto/with-years");
    check.run(0, &["import", "eto"], &[&dataset]);
    check.run(0, &["synth", "--suppliers", "2"], &[&at("world")]);

    write("morris.toml", EXPERIMENT.to_owned() + "kind = \"morris\"\nsize = 2\n");
    write("sobol.toml", EXPERIMENT.to_owned() + "kind = \"sobol\"\nsize = 8\nseeds_per_draw = 2\n");
    check.run(0, &["sweep", "--dry-run"], &[&at("morris.toml")]);
    check.run(0, &["sweep", "--out"], &[&at("screening"), &at("morris.toml")]);
    check.run(0, &["sensitivity"], &[&at("screening")]);
    check.run(1, &["discover"], &[&at("screening")]);
    check.run(0, &["plan", "--shard-size", "8", "--out"], &[&at("plan"), &at("sobol.toml")]);
    let manifest = at("plan/plan.json");
    check.run(4, &["status"], &[&at("plan")]);
    for index in ["0", "1"] {
        check.run(0, &["run-shard", "--index", index, "--manifest"], &[&manifest]);
    }
    check.run(0, &["merge"], &[&at("plan")]);
    check.run(0, &["status"], &[&at("plan")]);
    for verb in ["sensitivity", "discover", "robust"] {
        check.run(0, &[verb], &[&at("plan")]);
    }

    let missing: Vec<_> = check.schemas.keys().filter(|name| !check.seen.contains(*name)).collect();
    assert!(missing.is_empty(), "no verb here printed {missing:?}");
}
