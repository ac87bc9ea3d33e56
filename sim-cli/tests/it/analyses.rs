//! Analyses over sweeps and paired runs: what they answer, and what they refuse.

use std::fs;
use std::path::{Path, PathBuf};

use super::chokepoint;

/// Runs a small sweep with a design and gives its directory.
fn sweep(place: &Path, design: &str) -> PathBuf {
    let file = place.join("small.toml");
    let text = format!(
        "schema = 1\ntitle = \"Small\"\n\
         [levers]\nregimes = [\"hard-cap\", \"sliding-scale\"]\nset = [\"time.end=2023Q4\"]\n\
         [responses]\nas-modelled = []\nno-news = [\"mechanisms.salience=false\"]\n\
         [uncertainties]\nparameters = [\"reactive-capex\", \"belief-sensitivity\"]\n\
         ranges = {{ ingenuity = [0.5, 1.5] }}\n\
         [outcomes]\nheadlines = [\"us-revenue-world\", \"us-share\"]\n\
         [design]\n{design}\n"
    );
    fs::write(&file, text).unwrap();
    let out = place.join("sweep");
    chokepoint().args(["sweep", "--quiet", "--out"]).args([&out, &file]).assert().success();
    out
}

/// Lines of a successful command with `--json`.
fn lines(arguments: &[&str], directory: &Path) -> Vec<serde_json::Value> {
    let mut command = chokepoint();
    command.args(arguments).args(["--json", "--quiet"]).arg(directory);
    let done = command.assert().success();
    let text = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn number(value: &serde_json::Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn a_screening_ranks_assumptions_by_what_they_move() {
    let place = tempfile::tempdir().unwrap();
    let sweep = sweep(place.path(), "kind = \"morris\"\nsize = 4");
    let rows = lines(&["sensitivity", "--arm", "hard-cap/as-modelled"], &sweep);
    let effect = |row: &serde_json::Value| number(&row["morris"]["mu_star"]["value"]);
    let keys: Vec<&str> = rows.iter().map(|row| row["parameter"].as_str().unwrap()).collect();
    assert_eq!(keys.len(), 3);
    assert!(["belief-sensitivity", "reactive-capex"].contains(&keys[0]), "{keys:?}");
    assert!(rows.windows(2).all(|w| effect(&w[0]) >= effect(&w[1])));
    let refused = chokepoint().args(["discover"]).arg(&sweep).assert().code(1);
    let text = String::from_utf8(refused.get_output().stderr.clone()).unwrap();
    assert!(text.contains("kind = \"sobol\""), "{text}");
}

#[test]
fn regret_is_against_the_best_regime_in_the_same_future() {
    let place = tempfile::tempdir().unwrap();
    let sweep = sweep(place.path(), "kind = \"sobol\"\nsize = 8");
    let rows = lines(&["robust", "--enough", "-1000"], &sweep);
    let names: Vec<&str> = rows.iter().map(|row| row["regime"].as_str().unwrap()).collect();
    assert_eq!(names, ["hard-cap", "sliding-scale"]);
    // Eight points under two responses.
    assert!(rows.iter().all(|row| row["futures"] == 16 && number(&row["enough"]) == 1.0));
    let best: f64 = rows.iter().map(|row| number(&row["best"])).sum();
    assert!(best >= 1.0, "some regime is best in each future");
    assert!(rows.iter().all(|row| number(&row["mean"]) <= number(&row["max"])));
    // A sweep whose tables were touched is not analysed.
    let file = sweep.join("outcomes.parquet");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    let refused = chokepoint().args(["robust"]).arg(&sweep).assert().code(4);
    let text = String::from_utf8(refused.get_output().stderr.clone()).unwrap();
    assert!(super::unwrapped(&text).contains("is not the file that was merged"), "{text}");
}

#[test]
fn several_seeds_a_draw_tell_luck_from_ignorance() {
    let place = tempfile::tempdir().unwrap();
    let sweep = sweep(place.path(), "kind = \"sobol\"\nsize = 6\nseeds_per_draw = 2");
    let rows = lines(&["sensitivity", "--arm", "hard-cap/as-modelled"], &sweep);
    let parts = &rows[0]["components"];
    assert_eq!((parts["draws"].as_u64(), parts["seeds"].as_f64()), (Some(6), Some(2.0)));
    let share = &parts["share"];
    assert!(number(&share["low"]) <= number(&share["value"]), "{share}");
    assert!(number(&share["value"]) <= number(&share["high"]), "{share}");
    // With one seed a draw there is nothing to tell apart.
    let one = place.path().join("one");
    std::fs::create_dir(&one).unwrap();
    let single = self::sweep(&one, "kind = \"sobol\"\nsize = 6");
    let refused = chokepoint().args(["sensitivity"]).arg(&single).assert().code(1);
    let text = String::from_utf8(refused.get_output().stderr.clone()).unwrap();
    assert!(text.contains("seeds_per_draw"), "{text}");
}

#[test]
fn what_measures_do_adds_up_to_what_the_regime_does() {
    let place = tempfile::tempdir().unwrap();
    let short = ["--replicates", "3", "--set", "time.end=2023Q4", "--seed", "5"];
    let mut words = vec!["attribute", "--outcome", "us-revenue-world"];
    words.extend(short);
    let rows = lines(&words, Path::new("hard-cap"));
    let sum: f64 = rows.iter().map(|row| number(&row["value"]["value"])).sum();
    assert_eq!(rows.len(), 2);
    let out = place.path().join("run");
    let mut run = chokepoint();
    run.args(["run", "hard-cap", "--quiet", "--out"]).arg(&out).args(short).assert().success();
    let summary = fs::read_to_string(out.join("summary.csv")).unwrap();
    let line = summary.lines().find(|l| l.starts_with("hard-cap,us-revenue-world,")).unwrap();
    let mean: f64 = line.split(',').nth(18).unwrap().parse().unwrap();
    assert!((sum - mean).abs() < 1e-9 * mean.abs(), "{sum} is not {mean}");
}

#[test]
fn a_trace_begins_with_the_law_and_reaches_the_headline() {
    let rows = lines(&["trace", "baseline", "--set", "time.end=2024Q4"], Path::new("hard-cap"));
    let first = &rows[0]["parting"];
    assert!(first["stage"].as_str().unwrap().starts_with("law:"), "{first}");
    assert_eq!(first["quarter"], "2022Q4");
    let stages: Vec<&str> =
        rows.iter().filter_map(|row| row["parting"]["stage"].as_str()).collect();
    assert!(stages.contains(&"beliefs: risk of a cut-off"), "{stages:?}");
    assert!(stages.contains(&"market: purchases"), "{stages:?}");
    assert!(number(&rows[rows.len() - 1]["difference"]) < 0.0);

    let same = chokepoint().args(["trace", "history", "history"]).assert().success();
    let text = String::from_utf8(same.get_output().stdout.clone()).unwrap();
    assert!(text.contains("never part"), "{text}");
}
