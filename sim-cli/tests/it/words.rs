//! The right words: what was named, what it is for, and what a number that is none means.

use std::fs;
use std::path::Path;

use super::{chokepoint, root, unwrapped};

fn said(arguments: &[&str], path: &Path, code: i32) -> String {
    let done = chokepoint().args(arguments).arg(path).assert().code(code);
    unwrapped(&String::from_utf8(done.get_output().stderr.clone()).unwrap())
}

fn short_run(out: &Path, end: &str) -> String {
    let mut run = chokepoint();
    run.args(["run", "hard-cap", "--quiet", "--replicates", "2", "--set"]);
    run.arg(format!("time.end={end}")).arg("--out").arg(out);
    String::from_utf8(run.assert().success().get_output().stdout.clone()).unwrap()
}

fn sweep(place: &Path, design: &str, out: &str) -> std::path::PathBuf {
    let file = place.join("small.toml");
    let text = format!(
        "schema = 1\ntitle = \"Small\"\n[levers]\nregimes = [\"hard-cap\"]\nset = [\"time.end=2020Q2\"]\n\
         [uncertainties]\nparameters = [\"belief-sensitivity\"]\n\
         [outcomes]\nheadlines = [\"us-revenue-world\", \"design-out\"]\n[design]\n{design}\n"
    );
    fs::write(&file, text).unwrap();
    let out = place.join(out);
    chokepoint().args(["sweep", "--quiet", "--out"]).args([&out, &file]).assert().success();
    out
}

#[test]
fn each_verb_says_what_a_directory_is_and_which_verb_fits() {
    let place = tempfile::tempdir().unwrap();
    let run = place.path().join("run");
    short_run(&run, "2019Q4");
    let swept = sweep(place.path(), "size = 4", "swept");
    let empty = place.path().join("empty");
    fs::create_dir(&empty).unwrap();
    for verb in ["sensitivity", "discover", "robust", "status", "merge", "resume"] {
        let text = said(&[verb], &run, 1);
        assert!(
            text.contains("it is a comparison, not a sweep: `chart`, `brief`"),
            "{verb}: {text}"
        );
        let text = said(&[verb], &empty, 1);
        assert!(text.contains("it is an empty directory, not a sweep"), "{verb}: {text}");
    }
    let text = said(&["run-shard", "--index", "0", "--manifest"], &run, 1);
    assert!(text.contains("it is a comparison, not a sweep"), "{text}");
    for verb in ["verify", "chart", "brief", "diff"] {
        let mut more = vec![verb];
        let again = empty.display().to_string();
        if verb == "diff" {
            more.push(&again);
        }
        let text = said(&more, &empty, 1);
        assert!(text.contains("it is an empty directory, not a comparison"), "{verb}: {text}");
    }
    let text = said(&["verify"], &swept, 1);
    assert!(text.contains("it is a merged sweep, not a comparison: `sensitivity`"), "{text}");
    let text = said(&["diff", &swept.display().to_string()], &swept, 1);
    assert!(text.contains("it is a merged sweep, not a comparison"), "{text}");
    let text = said(&["diff", "hard-cap"], &run, 2);
    assert!(text.contains("is a comparison: name two of a kind"), "{text}");
    for verb in ["run", "check", "attribute"] {
        let text = said(&[verb], &run, 3);
        assert!(
            text.contains("it is a directory") && text.contains("`verify` and `diff`"),
            "{text}"
        );
    }
    let text = said(&["chart"], &root().join("scenarios/hard-cap.toml"), 1);
    assert!(text.contains("it is a scenario") && text.contains("`run` plays it"), "{text}");
    let out = run.with_file_name("ensemble.toml");
    let sample = ["calibrate", "--draws", "100", "--keep", "20", "--out", out.to_str().unwrap()];
    let text = said(&[&sample[..], &["--dir"]].concat(), &run, 1);
    assert!(text.contains("no place for a sample"), "{text}");
    assert!(!run.join("sample.json").exists());
}

#[test]
fn a_page_takes_the_place_of_no_file_but_a_page() {
    let place = tempfile::tempdir().unwrap();
    let run = place.path().join("run");
    short_run(&run, "2019Q4");
    let before = fs::read(run.join("manifest.json")).unwrap();
    let scenario = place.path().join("mine.toml");
    fs::write(&scenario, "title = \"mine\"\n").unwrap();
    let page = place.path().join("page.html");
    for (out, fine) in [
        (run.join("manifest.json"), false),
        (run.join("summary.csv"), false),
        (run.join("new.txt"), false),
        (run.clone(), false),
        (scenario.clone(), false),
        (page.clone(), true),
        (page.clone(), true),
        (run.join("brief.html"), true),
    ] {
        let done = chokepoint().arg("brief").arg(&run).arg("--out").arg(&out).assert();
        let done = if fine { done.success() } else { done.code(1) };
        let text = unwrapped(&String::from_utf8(done.get_output().stderr.clone()).unwrap());
        assert!(fine || text.contains("name a"), "{}: {text}", out.display());
    }
    let template = place.path().join("template.html");
    fs::write(&template, "{{ title }}").unwrap();
    let mut brief = chokepoint();
    brief.arg("brief").arg(&run).arg("--template").arg(&template).arg("--out").arg(&template);
    brief.assert().code(1);
    assert_eq!(fs::read_to_string(&template).unwrap(), "{{ title }}");
    assert_eq!(fs::read(run.join("manifest.json")).unwrap(), before);
    assert_eq!(fs::read_to_string(&scenario).unwrap(), "title = \"mine\"\n");
}

/// Before the sample begins: hours of work do not end at a name that cannot be written.
#[test]
fn calibrate_takes_the_place_of_nothing_but_its_own_files() {
    let place = tempfile::tempdir().unwrap();
    let run = place.path().join("run");
    short_run(&run, "2019Q4");
    let scenario = place.path().join("mine.toml");
    fs::write(&scenario, "title = \"mine\"\n").unwrap();
    let (dir, fine) = (place.path().join("sample"), place.path().join("fine.toml"));
    for (out, report, why) in [
        (&scenario, &place.path().join("r.json"), "is not an ensemble of `calibrate`"),
        (&fine, &scenario, "is not a report of `calibrate`"),
        (&run.join("e.toml"), &place.path().join("r.json"), "among the files of a comparison"),
        (&fine, &place.path().join("none/r.json"), "its directory is not there"),
        (&fine, &place.path().to_owned(), "it is a directory: name a file in it"),
        (&fine, &fine, "is writing there"),
    ] {
        let mut command = chokepoint();
        command.args(["calibrate", "--draws", "100", "--keep", "20", "--out"]).arg(out);
        let done = command.arg("--report").arg(report).arg("--dir").arg(&dir).assert().code(1);
        let text = unwrapped(&String::from_utf8(done.get_output().stderr.clone()).unwrap());
        assert!(text.contains(why), "{text}");
        assert!(!dir.exists() && !fine.exists(), "nothing is begun");
    }
    assert_eq!(fs::read_to_string(&scenario).unwrap(), "title = \"mine\"\n");
    let left: Vec<_> =
        fs::read_dir(place.path()).unwrap().flatten().map(|e| e.file_name()).collect();
    assert_eq!(left.len(), 2, "no lock is left: {left:?}");
}

#[test]
fn a_value_below_zero_is_what_is_refused() {
    for arguments in [
        &["run", "hard-cap", "--replicates", "-1"][..],
        &["run", "hard-cap", "--seed", "-1"],
        &["sweep", "screening", "--size", "-1"],
        &["sweep", "screening", "--until-half-width", "-1"],
        &["verify", "--sample", "-1"],
    ] {
        let done = chokepoint().args(arguments).assert().code(2);
        let text = String::from_utf8(done.get_output().stderr.clone()).unwrap();
        assert!(text.contains("invalid value '-1'") && !text.contains("-- -1"), "{text}");
    }
}

#[test]
fn a_horizon_within_a_year_and_a_date_that_never_comes_are_named() {
    let place = tempfile::tempdir().unwrap();
    let text = short_run(&place.path().join("run"), "2020Q2");
    assert!(
        text.contains("2019Q1\u{2013}2020Q2") && text.contains("At the end of 2020Q2"),
        "{text}"
    );
    assert!(!text.contains("2019\u{2013}2020,"), "{text}");
    let swept = place.path().join("swept");
    sweep(place.path(), "size = 4", "swept");
    // Merged by `sweep`: the table is on its standard output.
    fs::remove_dir_all(&swept).unwrap();
    let mut again = chokepoint();
    again.args(["sweep", "--out"]).arg(&swept).arg(place.path().join("small.toml"));
    let done = again.assert().success();
    let text = unwrapped(&String::from_utf8(done.get_output().stdout.clone()).unwrap());
    // The columns of a narrow terminal break the words.
    assert!(text.contains("not before the"), "{text}");
    let flat = sweep(place.path(), "kind = \"morris\"\nsize = 2", "flat");
    let mut told = chokepoint();
    told.args(["sensitivity", "--outcome", "design-out-reached"]).arg(&flat);
    let done = told.assert().success();
    let text = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    assert!(text.contains("It is the same in every run") && !text.contains("NaN"), "{text}");
}

#[test]
fn paths_in_an_experiment_go_by_its_file() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    fs::create_dir_all(at("exp")).unwrap();
    std::os::unix::fs::symlink(root().join("scenarios"), at("scenarios")).unwrap();
    let text = format!(
        "schema = 1\nextends = \"{}/scenarios/hard-cap.toml\"\ntitle = \"Mine\"\nsummary = \"s\"\n",
        root().display()
    );
    fs::write(at("mine.toml"), text).unwrap();
    let experiment = |regime: &str| {
        let text = format!(
            "schema = 1\ntitle = \"E\"\n[levers]\nregimes = [\"{regime}\"]\nset = [\"time.end=2019Q4\"]\n\
             [design]\nsize = 2\n"
        );
        fs::write(at("exp/e.toml"), text).unwrap();
    };
    let check = |from: &str, code: i32| {
        let file = if from.is_empty() { "exp/e.toml" } else { "e.toml" };
        let mut command = chokepoint();
        let done = command.current_dir(at(from)).args(["check", file]).assert().code(code);
        unwrapped(&String::from_utf8(done.get_output().stderr.clone()).unwrap())
    };
    experiment("../mine.toml");
    check("", 0);
    experiment("../mine");
    check("", 0);
    experiment("hard-cap");
    check("", 0);
    experiment("mine.toml");
    let text = check("", 3);
    assert!(text.contains("e.toml:4:12") && text.contains("write `../mine.toml`"), "{text}");
    fs::copy(at("mine.toml"), at("exp/mine.toml")).unwrap();
    check("", 0);
}

#[test]
fn what_measures_and_all_else_do_adds_up_to_the_scenario_against_its_baseline() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("mine.toml");
    let text = format!(
        "schema = 1\nextends = \"{}/scenarios/hard-cap.toml\"\ntitle = \"Mine\"\nsummary = \"s\"\n\
         [parameters]\nstickiness = 0.2\n",
        root().display()
    );
    fs::write(&file, text).unwrap();
    let short = ["--replicates", "3", "--set", "time.end=2023Q4", "--seed", "5", "--quiet"];
    let mut attribute = chokepoint();
    attribute.args(["attribute", "--json", "--outcome", "us-revenue-world"]).args(short).arg(&file);
    let done = attribute.assert().success();
    let out = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    let rows: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let value = |row: &serde_json::Value, key: &str| row[key]["value"].as_f64().unwrap();
    let (rest, all) = (value(&rows[0], "rest"), value(&rows[0], "all"));
    let sum: f64 = rows.iter().map(|row| value(row, "value")).sum();
    assert!(
        rest != 0.0 && (sum + rest - all).abs() < 1e-9 * all.abs(),
        "{sum} + {rest} is not {all}"
    );
    let run = place.path().join("run");
    chokepoint().arg("run").arg(&file).args(short).arg("--out").arg(&run).assert().success();
    let summary = fs::read_to_string(run.join("summary.csv")).unwrap();
    let line = summary.lines().find(|l| l.starts_with("mine,us-revenue-world,")).unwrap();
    let mean: f64 = line.split(',').nth(18).unwrap().parse().unwrap();
    assert!((all - mean).abs() < 1e-9 * mean.abs(), "{all} is not {mean}");
}

#[test]
fn servicing_is_not_barred_where_every_licence_is_granted() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("mine.toml");
    let text = format!(
        "schema = 1\nextends = \"{}/scenarios/hard-cap.toml\"\ntitle = \"Mine\"\nsummary = \"s\"\n\
         [measures.hard-cap-lines]\nlicence = {{ approval_rate = 1.0 }}\n",
        root().display()
    );
    fs::write(&file, text).unwrap();
    let text = said(&["check"], &file, 0);
    assert!(text.contains("`servicing` bars nothing: every licence is granted"), "{text}");
}
