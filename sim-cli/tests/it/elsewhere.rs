//! Files from elsewhere that are no scenarios: plans, manifests, sidecars, pointers. They go through the checks that scenarios
//! go through; no text of another file is shown, and nothing that a terminal or a spreadsheet obeys gets anywhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use sim_core::scenario::plain::is_formula;
use sim_lab::library::sha256;

use super::{chokepoint, root, unwrapped};

const SECRET: &str = "token-of-this-machine";

fn experiment(place: &Path) -> PathBuf {
    let file = place.join("small.toml");
    let text = "schema = 1\ntitle = \"Small\"\n[levers]\nregimes = [\"hard-cap\"]\nset = [\"time.end=2019Q4\"]\n\
                [uncertainties]\nparameters = [\"belief-sensitivity\"]\n\
                [outcomes]\nheadlines = [\"us-revenue-world\"]\n[design]\nsize = 4\n";
    fs::write(&file, text).unwrap();
    file
}

/// A plan of two shards.
fn plan(place: &Path, name: &str) -> PathBuf {
    let out = place.join(name);
    let mut plan = chokepoint();
    plan.args(["plan", "--quiet", "--shard-size", "2", "--out"]).args([&out, &experiment(place)]);
    plan.assert().success();
    out
}

/// Changes a sealed file, and seals it anew.
fn reseal(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from} is not in {text}");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let old = value["sha256"].as_str().unwrap().to_owned();
    let blank = text.replacen(from, to, 1).replace(&old, &"0".repeat(64));
    fs::write(path, blank.replace(&"0".repeat(64), &sha256(blank.as_bytes()))).unwrap();
}

/// What a command said, on both channels; no character of it is one that a terminal obeys.
fn said(done: &Output) -> String {
    let text = [&done.stdout, &done.stderr].map(|bytes| String::from_utf8(bytes.clone()).unwrap());
    let text = text.concat();
    let bad = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
    assert_eq!(bad, None, "{text:?}");
    assert!(!text.contains('\u{202e}'), "{text:?}");
    unwrapped(&text)
}

#[test]
fn a_crafted_plan_is_refused_and_shows_no_other_file() {
    let place = tempfile::tempdir().unwrap();
    let secret = place.path().join("secret.toml");
    fs::write(&secret, format!("[registry]\ntoken = \"{SECRET}\n")).unwrap();
    let whole = plan(place.path(), "whole");
    let json = whole.join("plan.json");
    let planned = fs::read_to_string(&json).unwrap();
    let outside = serde_json::to_string(&secret.display().to_string()).unwrap();
    for (from, to, says) in [
        (
            "\"inputs/arm-001.toml\"",
            outside.as_str(),
            "a file outside of the directory of the plan",
        ),
        ("\"inputs/arm-001.toml\"", "\"../secret.toml\"", "a file outside of the directory"),
        ("\"inputs/tables-0\"", "\"..\"", "a file outside of the directory"),
        ("\"title\": \"Small\"", "\"title\": \"\\u001b[2J\"", "control character U+001B"),
        ("\"title\": \"Small\"", "\"title\": \"two\\nlines\"", "its title is more than a line"),
        ("\"id\": \"hard-cap\"", "\"id\": \"\\u009b2J\"", "control character U+009B"),
        ("\"id\": \"hard-cap\"", "\"id\": \"=1+1\"", "an id or a name that cannot be one"),
        ("\"id\": \"hard-cap\"", "\"id\": \"../../x\"", "an id or a name that cannot be one"),
        ("\"id\": \"hard-cap\"", "\"id\": \"baseline\"", "the id of another arm"),
        ("\"contrast\": \"us-revenue-world\"", "\"contrast\": \"x\"", "it watches"),
        ("\"size\": 4", "\"size\": 5", "does not make up its replicates"),
        (
            "\"shards\": 2",
            "\"shards\": \"token-of-this-machine\"",
            "holds what this program does not write",
        ),
    ] {
        fs::write(&json, &planned).unwrap();
        reseal(&json, from, to);
        for verb in ["status", "merge", "resume"] {
            let done = chokepoint().arg(verb).arg(&whole).assert().code(4);
            let text = said(done.get_output());
            assert!(text.contains(says), "{verb}, {to}: {text}");
            assert!(!text.contains(SECRET) && !text.contains("registry"), "{verb}, {to}: {text}");
        }
    }
    fs::write(&json, &planned).unwrap();
    // A link leads out as a name does, and a copy that was changed shows no line of what it is now.
    let copy = whole.join("inputs/arm-001.toml");
    let kept = fs::read_to_string(&copy).unwrap();
    #[cfg(unix)]
    {
        fs::remove_file(&copy).unwrap();
        std::os::unix::fs::symlink(&secret, &copy).unwrap();
        let done = chokepoint().arg("status").arg(&whole).assert().code(4);
        let text = said(done.get_output());
        assert!(text.contains("leads out of its directory") && !text.contains(SECRET), "{text}");
        fs::remove_file(&copy).unwrap();
    }
    for text in [format!("extends = {outside}\n{kept}"), fs::read_to_string(&secret).unwrap()] {
        fs::write(&copy, text).unwrap();
        let done = chokepoint().arg("resume").arg(&whole).assert().code(4);
        let text = said(done.get_output());
        assert!(text.contains("not the scenario that was planned"), "{text}");
        assert!(!text.contains(SECRET), "{text}");
    }
    fs::write(&copy, kept).unwrap();
    chokepoint().args(["resume", "--quiet"]).arg(&whole).assert().success();
}

#[test]
fn a_parent_that_is_no_scenario_is_named_and_not_shown() {
    let place = tempfile::tempdir().unwrap();
    let mine = place.path().join("mine.toml");
    let baseline = root().join("scenarios/baseline.toml");
    for secret in [
        format!("[registry]\ntoken = \"{SECRET}\"\n"),
        format!("token = {SECRET}\n"),
        format!("title = \"x\"\npassword = \"{SECRET}\"\n"),
    ] {
        fs::write(place.path().join("other.toml"), secret).unwrap();
        for text in [
            "schema = 1\nextends = \"other.toml\"\ntitle = \"T\"\n".to_owned(),
            format!(
                "schema = 1\nextends = \"{}\"\ntitle = \"T\"\n[data]\nensemble = \"other.toml\"\n",
                baseline.display()
            ),
        ] {
            fs::write(&mine, &text).unwrap();
            let done = chokepoint().arg("check").arg(&mine).assert().code(3);
            let text = said(done.get_output());
            assert!(text.contains("other.toml` is not a"), "{text}");
            assert!(!text.contains(SECRET), "{text}");
        }
    }
}

/// Cells of all CSV files below a directory, but for copies of inputs.
fn cells(directory: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            cells(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "csv") {
            let text = fs::read_to_string(&path).unwrap();
            let cells = text.lines().flat_map(|line| line.split([',', '"']));
            found.extend(cells.map(|cell| (path.clone(), cell.to_owned())));
        }
    }
}

#[test]
fn titles_that_are_formulas_are_texts_in_every_table() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("mine.toml");
    let out = place.path().join("run");
    for (i, title) in ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)"].into_iter().enumerate() {
        let text = format!(
            "schema = 1\nextends = \"{}/scenarios/hard-cap.toml\"\ntitle = \"{title}\"\nsummary = \"s\"\n\
             [time]\nend = \"2023Q4\"\n",
            root().display()
        );
        fs::write(&file, text).unwrap();
        let out = out.with_extension(i.to_string());
        let mut run = chokepoint();
        run.args(["run", "--quiet", "--replicates", "2", "--set", "time.end=2023Q4", "--out"]);
        run.arg(&out).arg(&file).assert().success();
        let mut found = Vec::new();
        cells(&out, &mut found);
        assert!(found.iter().any(|(_, cell)| *cell == format!("'{title}")), "{title} is nowhere");
        for (path, cell) in found {
            assert!(!is_formula(&cell), "{}: {cell}", path.display());
        }
    }
}

#[test]
fn nothing_that_a_terminal_obeys_comes_from_options_paths_or_the_environment() {
    let evil = "\u{1b}]0;x\u{7}\u{9b}2J\u{202e}";
    let told = |arguments: &[&str], variable: (&str, &str)| {
        let mut command = chokepoint();
        let done = command.args(arguments).env(variable.0, variable.1).assert().failure();
        said(done.get_output());
    };
    for arguments in [
        &["run", evil][..],
        &["check", evil],
        &["chart", evil],
        &["chart", "--size", evil],
        &["run", "hard-cap", "--replicates", evil],
        &["run", "hard-cap", "--set", evil],
        &["run", "hard-cap", "--set", &format!("title=\"{evil}\"")],
        &["run", "hard-cap", "--json", "--set", &format!("title=\"{evil}\"")],
        &["run", "hard-cap", "--trunk", "baseline", "--branch-at", evil],
        &[evil],
        &["attribute", "hard-cap", "--outcome", evil],
        &["explain", evil],
        &["status", evil],
        &["brief", evil],
        &["list", evil],
        &["import", "eto", evil],
    ] {
        told(arguments, ("X", ""));
    }
    let place = tempfile::tempdir().unwrap();
    let manifest = plan(place.path(), "plan").join("plan.json").display().to_string();
    told(&["run-shard", "--manifest", &manifest], ("HQ_TASK_ID", evil));
    told(&["list"], ("CHOKEPOINT_SIMD", evil));
    // The words of a run are noted so that the run can be read again.
    let out = place.path().join("run");
    let mut run = chokepoint();
    run.args(["run", "hard-cap", "--quiet", "--replicates", "2", "--set", "time.end=2019Q4"]);
    run.args(["--set", &format!("parameters.stickiness=0.4 # {evil}")]).arg("--out").arg(&out);
    let done = run.assert();
    if done.get_output().status.success() {
        chokepoint().args(["verify", "--quiet"]).arg(&out).assert().success();
    }
}

#[test]
fn a_crafted_manifest_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("run");
    let mut run = chokepoint();
    run.args([
        "run",
        "hard-cap",
        "--quiet",
        "--replicates",
        "2",
        "--set",
        "time.end=2019Q4",
        "--out",
    ]);
    run.arg(&out).assert().success();
    let manifest = out.join("manifest.json");
    let kept = fs::read_to_string(&manifest).unwrap();
    for (from, to, says) in [
        ("\"summary.csv\"", "\"../../secret\"", "a file outside of its directory"),
        ("\"summary.csv\"", "\"/etc/passwd\"", "a file outside of its directory"),
        ("\"complete\": true", "\"complete\": \"token-of-this-machine\"", "does not write"),
        ("\"id\": \"hard-cap\"", "\"id\": \"../hard-cap\"", "an id that cannot be one"),
        ("\"id\": \"hard-cap\"", "\"id\": \"\\u001b[2J\"", "control character U+001B"),
    ] {
        fs::write(&manifest, &kept).unwrap();
        reseal(&manifest, from, to);
        for verb in ["verify", "chart", "brief"] {
            let done = chokepoint().arg(verb).arg(&out).assert().failure();
            let text = said(done.get_output());
            assert!(text.contains(says) && !text.contains(SECRET), "{verb}, {to}: {text}");
        }
    }
}
