//! `hindcast`: what it prints, what it refuses, and that nothing observed leaks into a run.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{chokepoint, root};

const FEW: [&str; 4] = ["hindcast", "--quiet", "--replicates", "4"];

/// The one object of a successful `--json`.
fn json(arguments: &[&str]) -> Value {
    let done = chokepoint().args(FEW).arg("--json").args(arguments).assert().success();
    let text = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    assert_eq!(text.lines().count(), 1);
    serde_json::from_str(&text).unwrap()
}

fn table(folder: &Path, rows: &str) -> String {
    let file = folder.join("observed.csv");
    fs::write(&file, format!("segment_id,country,share_pct,year,world_size_usd_m\n{rows}"))
        .unwrap();
    file.to_string_lossy().into_owned()
}

/// The columns of the forecast: what the runs say, without what was observed.
fn forecasts(hindcast: &Value) -> Vec<Value> {
    let rows = hindcast["segments"].as_array().unwrap().iter();
    rows.map(|r| serde_json::json!([r["segment_id"], r["country"], r["p5"], r["p50"], r["p95"]]))
        .collect()
}

#[test]
fn the_scores_follow_from_the_forecasts_and_the_observed_table() {
    let hindcast = json(&[]);
    let scores = hindcast["scores"].as_array().unwrap();
    let find = |country: &str, set: &str, forecast: &str| {
        let wanted =
            |s: &&Value| s["country"] == country && s["set"] == set && s["forecast"] == forecast;
        scores.iter().find(wanted).unwrap_or_else(|| panic!("no {country} {set} {forecast}"))
    };
    let observed = fs::read_to_string(root().join("scenarios/data/observed_2024.csv")).unwrap();
    let share = |segment: &str, country: &str| -> f64 {
        let begin = format!("{segment},{country},");
        let row = observed.lines().find_map(|line| line.strip_prefix(&begin));
        row.map_or(0.0, |rest| rest.split(',').next().unwrap().parse().unwrap())
    };
    for country in ["CHN", "USA"] {
        let rows: Vec<&Value> = hindcast["segments"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["country"] == country)
            .collect();
        assert_eq!(rows.len(), 31);
        let (mut all, mut active, mut weight, mut weighted) = (Vec::new(), Vec::new(), 0.0, 0.0);
        for row in rows {
            let segment = row["segment_id"].as_str().unwrap();
            let miss = (share(segment, country) - row["p50"].as_f64().unwrap()).abs();
            let size = row["world_size_usd_m"].as_f64().unwrap();
            (weight, weighted) = (weight + size, weighted + size * miss);
            all.push(miss);
            if share(segment, "CHN") > 0.0 {
                active.push(miss);
            }
        }
        let mean = |misses: &[f64]| misses.iter().sum::<f64>() / misses.len() as f64;
        let near = |score: &Value, want: f64| (score.as_f64().unwrap() - want).abs() < 1e-9;
        assert!(near(&find(country, "all", "model")["mae_pp"], mean(&all)));
        assert!(near(&find(country, "active", "model")["mae_pp"], mean(&active)));
        assert!(near(&find(country, "all", "model")["size_weighted_mae_pp"], weighted / weight));
        for set in ["all", "active"] {
            for forecast in ["model", "persistence", "linear", "constant", "constant-roster"] {
                let score = find(country, set, forecast);
                assert_eq!(score["coverage_90"].is_null(), forecast != "model");
                assert_eq!(score["mae_pp"].is_null(), forecast == "linear");
            }
        }
    }
    assert_eq!(hindcast["in_sample"], false);
    assert_eq!(hindcast["hindsight"], "none");
}

#[test]
fn what_was_observed_changes_no_forecast_unless_the_roster_is_known() {
    let place = tempfile::tempdir().unwrap();
    let file = table(
        place.path(),
        "N50,CHN,77,2024,5\nN50,USA,20,2024,5\nN20,CHN,30,2024,1\nN20,USA,70,2024,1\n",
    );
    let own = json(&[]);
    let other = json(&["--observed", &file]);
    assert_eq!(forecasts(&own), forecasts(&other));
    assert_ne!(own["scores"], other["scores"]);
    assert_eq!(other["scores"][0]["segments"], 2);
    let known = json(&["--observed", &file, "--roster-known"]);
    assert_eq!(known["hindsight"], "roster-known");
    // NAURA is on the roster of 2019 in N50; in N20 nobody Chinese is.
    let activated: Vec<&str> =
        known["activated"].as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect();
    assert!(
        activated.iter().all(|a| a.ends_with("(N20)")) && !activated.is_empty(),
        "{activated:?}"
    );
    assert_ne!(forecasts(&own), forecasts(&known));
}

#[test]
fn a_later_year_without_a_table_is_projected_and_not_scored() {
    let projected = json(&["--to", "2025"]);
    assert_eq!(projected["scores"], serde_json::json!([]));
    assert!(projected["segments"][0]["observed_pct"].is_null());
    let done = chokepoint().args(FEW).args(["--to", "2025"]).assert().success();
    let text = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    assert!(text.contains("projections, no score"), "{text}");
    let place = tempfile::tempdir().unwrap();
    let file = table(
        place.path(),
        "N50,CHN,9,2025,10000\nN50,USA,90,2025,10000\nN38,CHN,9,2025,7000\nN38,JPN,91,2025,7000\n",
    );
    let scored = json(&["--to", "2025", "--observed", &file]);
    assert_eq!(scored["scores"][0]["segments"], 2);
}

#[test]
fn the_table_says_what_it_rests_on_and_fits_a_terminal() {
    let done = chokepoint().args(FEW).arg("--facts").assert().success();
    let text = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    for words in ["not by hindsight", "realised", "by cross-validation", "the other folds", "V14"] {
        assert!(super::unwrapped(&text).contains(words), "`{words}` is not in:\n{text}");
    }
    let widest = text.lines().max_by_key(|line| line.chars().count()).unwrap();
    assert!(widest.chars().count() <= 80, "{widest}");
}

#[test]
fn every_problem_of_an_observed_table_is_reported_with_its_place() {
    let place = tempfile::tempdir().unwrap();
    let rows = "N50,China,8,2024,9900\nN50,USA,eighty,2024,9900\nN51,CHN,140,2024,7400\n\
                N51,USA,1,24,7400\nN38,CHN,1,2024,0\nN39,CHN,1,2024,5\nN39,CHN,2,2024,6\n\
                N40,CHN,60,2024,5\nN40,USA,60,2024,5\nN41,USA,1,2024\n";
    let file = table(place.path(), rows);
    let done = chokepoint().args(FEW).args(["--observed", &file]).assert().code(3);
    let text = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    for part in [
        "observed.csv:2:5",
        "write CHN",
        "observed.csv:3:9",
        "observed.csv:4:9",
        "observed.csv:5:11",
        "observed.csv:6:16",
        "observed.csv:8:5",
        "observed.csv:8:16",
        "observed.csv:10:9",
        "observed.csv:11:1",
    ] {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
    let none = table(place.path(), "N50,CHN,8,2023,9900\nN50,USA,92,2023,9900\n");
    let done = chokepoint().args(FEW).args(["--observed", &none]).assert().code(3);
    let text = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    assert!(text.contains("no row is of 2024"), "{text}");
    let unscored = table(place.path(), "N29,CHN,8,2024,9900\nN29,USA,92,2024,9900\n");
    chokepoint().args(FEW).args(["--observed", &unscored]).assert().code(3);
    chokepoint().args(FEW).args(["--from", "2020"]).assert().code(1);
    chokepoint().args(FEW).args(["--to", "2019"]).assert().code(1);
    chokepoint().args(FEW).args(["--roster-known", "--to", "2025"]).assert().code(1);
}

#[test]
fn parameters_come_from_where_it_says() {
    let prior = json(&["--parameters", "prior"]);
    assert_eq!((&prior["parameters"], &prior["in_sample"]), (&"prior".into(), &false.into()));
    let ensemble = json(&["--parameters", "ensemble"]);
    assert_eq!(ensemble["in_sample"], true);
    let folds = json(&[]);
    assert_eq!((&folds["parameters"], &folds["in_sample"]), (&"folds".into(), &false.into()));
    assert_eq!(folds["statistic_error"].as_array().unwrap().len(), 5);
    assert!(forecasts(&prior) != forecasts(&ensemble) && forecasts(&ensemble) != forecasts(&folds));
    let later = json(&["--to", "2025"]);
    assert_eq!((&later["parameters"], &later["in_sample"]), (&"ensemble".into(), &false.into()));
    for wrong in [&["--parameters", "folds", "--to", "2025"][..], &["--from", "2024"]] {
        chokepoint().args(FEW).args(wrong).assert().code(1);
    }
}

#[test]
fn from_a_later_year_runs_stand_where_its_table_stands() {
    let from = ["--from", "2024", "--to", "2025", "--parameters", "prior"];
    let found = json(&from);
    let row = |key: &str, segment: &str| -> Vec<serde_json::Value> {
        let rows = found[key].as_array().unwrap();
        rows.iter().filter(|r| r["segment_id"] == segment).cloned().collect()
    };
    // Linear and discrete testers: 26.7 % in 2019, 68.7 % in 2024.
    let testers = &row("segments", "N82")[0];
    assert!((testers["base_pct"].as_f64().unwrap() - 68.7).abs() < 0.1);
    assert!((testers["p50"].as_f64().unwrap() - 68.7).abs() < 15.0, "{testers}");
    let led = row("unexplained", "N82");
    assert!(led.iter().any(|r| r["country"] == "CHN" && r["p50"].as_f64().unwrap() > 0.0));
    assert!(led.iter().all(|r| r["miss_p50"].as_f64().unwrap() < 0.1), "{led:?}");
    // A segment whose first table is of 2024 is scored, too.
    assert_eq!(row("segments", "N65").len(), 2);
    assert!(found["linear"].as_str().unwrap().starts_with("through"));
}
