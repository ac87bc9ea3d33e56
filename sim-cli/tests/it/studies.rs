//! Studies: what is asked by a file is what is asked by options, and everything wrong with a file is said at once.

use std::fs;
use std::path::{Path, PathBuf};

use sim_lab::{library, question};

use super::{chokepoint, root, unwrapped};

/// What both streams of a command say.
fn said(words: &[&str], code: i32) -> String {
    let done = chokepoint().args(words).assert().code(code);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    text(&done.get_output().stdout) + &text(&done.get_output().stderr)
}

/// Runs a short comparison into a directory of its own.
fn run(place: &Path, name: &str, words: &[&str]) -> PathBuf {
    let out = place.join(name);
    let short = ["--set", "time.end=2027Q4", "--replicates", "2", "--quiet", "--out"];
    chokepoint().arg("compare").args(words).args(short).arg(&out).assert().success();
    out
}

fn bytes(run: &Path, name: &str) -> Vec<u8> {
    fs::read(run.join(name)).unwrap()
}

fn manifest(run: &Path) -> serde_json::Value {
    serde_json::from_slice(&bytes(run, "manifest.json")).unwrap()
}

/// The tables of two runs are the same to the last byte, and so are their fingerprints.
fn same(one: &Path, other: &Path) {
    for name in ["outcomes.parquet", "firms.parquet", "experiments.parquet", "summary.csv"] {
        assert!(bytes(one, name) == bytes(other, name), "{name} differs");
    }
    let hash = |run: &Path| -> serde_json::Value {
        let study: serde_json::Value = serde_json::from_slice(&bytes(run, "study.json")).unwrap();
        study["hash"].clone()
    };
    assert_eq!(hash(one), hash(other));
}

#[test]
fn every_shipped_study_is_sound_listed_and_called_like_no_scenario() {
    let studies = question::list(&root().join("scenarios/studies")).unwrap();
    let ids: Vec<&str> = studies.iter().map(|study| study.id.as_str()).collect();
    assert_eq!(ids, ["from-today", "packaging", "sic", "since-2019"]);
    let scenarios = library::list(&root().join("scenarios")).unwrap();
    let listed = said(&["list", "studies"], 0);
    for study in &studies {
        assert!(scenarios.iter().all(|scenario| scenario.id != study.id), "{}", study.id);
        assert!(listed.contains(&study.id), "{listed}");
        let checked = said(&["check", &study.id], 0);
        assert!(checked.contains(": ok (") && !checked.contains("warning"), "{checked}");
    }
    assert!(ids.contains(&question::DEFAULT));
}

#[test]
fn a_study_is_what_its_options_are_and_its_run_says_which_it_is() {
    let place = tempfile::tempdir().unwrap();
    let asked = run(place.path(), "asked", &[]);
    let regimes =
        ["scale-returns", "cap-of-2022", "bills-of-2026", "allies-leave", "tool-rules-lifted"];
    let trunk = ["--trunk", "current-law", "--branch-at", "2027Q1", "--baseline", "current-law"];
    let typed = run(place.path(), "typed", &[&regimes[..], &trunk].concat());
    same(&asked, &typed);
    let said = manifest(&asked);
    assert_eq!(said["study"]["id"], "from-today");
    assert_eq!(said["study"]["changed"], serde_json::json!(["set"]));
    assert_eq!(said["trunk"]["branch_at"], "2027Q1");
    // What is asked where nothing is named may change; the command of the run goes on meaning the same.
    assert_eq!(said["command"][1], "from-today");
    assert!(manifest(&typed).get("study").is_none());
    let text = fs::read_to_string(root().join("scenarios/studies/from-today.toml")).unwrap();
    assert_eq!(fs::read_to_string(asked.join("study.toml")).unwrap(), text);
    chokepoint().args(["verify", "--sample", "1", "--quiet"]).arg(&asked).assert().success();
    let brief = fs::read_to_string(asked.join("brief.html")).unwrap();
    assert!(brief.contains("What would another law change from 2027 on?"));
    assert!(brief.contains("Asked as in the study from-today, with other set."), "{brief}");
}

#[test]
fn since_2019_is_the_comparison_of_the_four_regimes() {
    let place = tempfile::tempdir().unwrap();
    let asked = run(place.path(), "asked", &["since-2019"]);
    let typed =
        run(place.path(), "typed", &["sliding-scale", "hard-cap", "hard-cap-allied", "history"]);
    same(&asked, &typed);
    for name in ["headlines.parquet", "survival.csv", "pairing.csv", "figures/loss-fan.svg"] {
        assert!(bytes(&asked, name) == bytes(&typed, name), "{name} differs");
    }
}

/// A change to the law of today, in the directory of a test.
fn change(place: &Path, name: &str, measures: &str) -> String {
    let law = root().join("scenarios/current-law.toml");
    let text = format!(
        "schema = 1\nextends = \"{}\"\ntitle = \"{name}\"\nsummary = \"A change.\"\n{measures}",
        law.display()
    );
    let file = place.join(format!("{name}.toml"));
    fs::write(&file, text).unwrap();
    file.display().to_string()
}

/// The rows of single quarters: sums run from the branch on, and from the start where there is none.
fn quarters<'a>(lines: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    lines.filter(|line| !line.contains(",all,"))
}

#[test]
fn a_regime_that_changes_nothing_is_current_law_bit_for_bit() {
    let place = tempfile::tempdir().unwrap();
    let nothing = change(place.path(), "nothing", "");
    let out = run(place.path(), "run", &["from-today", &nothing]);
    let summary = fs::read_to_string(out.join("summary.csv")).unwrap();
    let mut rows = [0, 0];
    for line in summary.lines().skip(1) {
        let differences: Vec<&str> = line.rsplit(',').take(7).collect();
        assert_eq!(differences, ["0"; 7], "{line}");
        rows[usize::from(line.starts_with("nothing,"))] += 1;
    }
    assert!(rows[0] > 1000 && rows[0] == rows[1], "{rows:?}");
    // The baseline is the law itself, played without a trunk.
    let law = run(place.path(), "law", &["current-law", "--baseline", "current-law"]);
    let of = |run: &Path, id: &str| -> Vec<String> {
        let text = fs::read_to_string(run.join("summary.csv")).unwrap();
        let lines = text.lines().filter_map(|line| line.strip_prefix(&format!("{id},")));
        quarters(lines).map(str::to_owned).collect()
    };
    assert_eq!(of(&out, "nothing"), of(&law, "current-law"));
}

const MEASURE: &str = "[measures.mine]\ntitle = \"A cap\"\nreference = \"An example\"\nauthority = \"USA\"\n\
announced = \"2027Q1\"\nin_force = \"2027Q1\"\ndestinations = [\"CHN\"]\nsegments = [\"etch\"]\n\
hard_cap = { level = 0.0 }\nsalience = \"sector\"\n";

#[test]
fn adding_one_measure_by_a_study_is_adding_it_by_hand() {
    let place = tempfile::tempdir().unwrap();
    let mine = change(place.path(), "mine", MEASURE);
    let by_study = run(place.path(), "by-study", &["from-today", &mine]);
    let by_hand = run(place.path(), "by-hand", &[&mine, "--baseline", "current-law"]);
    for name in ["outcomes.parquet", "firms.parquet"] {
        assert!(bytes(&by_study, name) == bytes(&by_hand, name), "{name} differs");
    }
    let [summary, by_hand] =
        [&by_study, &by_hand].map(|run| fs::read_to_string(run.join("summary.csv")).unwrap());
    assert!(quarters(summary.lines()).eq(quarters(by_hand.lines())));
    let row = summary.lines().find(|line| line.starts_with("mine,us-revenue-world,")).unwrap();
    assert!(row.rsplit(',').next().unwrap() != "0", "the measure does nothing: {row}");
    assert_eq!(manifest(&by_study)["study"]["changed"], serde_json::json!(["regimes", "set"]));
}

#[test]
fn options_override_the_file() {
    let text = said(&["compare", "from-today", "--dry-run", "--quiet"], 0);
    assert!(text.starts_with("1200 runs"), "{text}");
    let text = said(&["compare", "from-today", "--replicates", "3", "--dry-run", "--quiet"], 0);
    assert!(text.starts_with("18 runs"), "{text}");
    let one = ["compare", "from-today", "truce-ends", "--dry-run", "--quiet"];
    assert!(said(&one, 0).starts_with("400 runs"));
    let place = tempfile::tempdir().unwrap();
    let words =
        ["from-today", "truce-ends", "--baseline", "history", "--trunk", "history", "--seed", "4"];
    let out = run(place.path(), "run", &words);
    let said = manifest(&out);
    assert_eq!(said["scenarios"][0]["id"], "history");
    assert_eq!(said["trunk"]["scenario"]["id"], "history");
    assert_eq!((&said["seed"], &said["replicates"]), (&4.into(), &2.into()));
    let changed = serde_json::json!(["baseline", "regimes", "set", "trunk"]);
    assert_eq!(said["study"]["changed"], changed);
}

#[test]
fn all_that_is_wrong_with_a_study_is_said_at_once_with_its_place() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("wrong.toml");
    let text = "schema = 2\nqestion = \"What?\"\nsummary = 3\ntrunk = \"current-law\"\n\
                regimes = [\"hard-cap\", \"hard-cap\"]\nreplicates = 1\nset = [\"x\"]\n\
                [outcomes]\nheadlines = [\"us-shar\"]\n\
                [outcomes.rows.a]\nname = \"A\"\ntake = \"shere\"\nsupplier = \"usa\"\n\
                [outcomes.rows.b]\nname = \"B\"\ntake = \"mean\"\nmetric = \"revenue\"\n\
                [outcomes.rows.c]\nname = \"C\"\ntake = \"share\"\nsegments = [\"etch\"]\n";
    fs::write(&file, text).unwrap();
    let shown = file.display().to_string();
    let told = unwrapped(&said(&["check", &shown], 3));
    for (line, what) in [
        (1, "this program reads studies of schema 1"),
        (2, "unknown key `qestion`"),
        (3, "expected a text, found an integer"),
        (4, "`branch_at` is missing: trunk and branch_at go together"),
        (5, "`hard-cap` is named twice"),
        (6, "1 is outside 2\u{2013}1000000"),
        (7, "no `=` in the override"),
        (9, "`us-shar` is not allowed here"),
        (12, "`shere` is not allowed here"),
        (13, "`usa` is not allowed here"),
        (14, "its mean is no level"),
        (18, "a share of whom?"),
    ] {
        assert!(told.contains(what), "{what}: {told}");
        assert!(told.contains(&format!("wrong.toml:{line}:")), "line {line}: {told}");
    }
    for help in [
        "write schema = 1",
        "`question`",
        "`us-share`",
        "`share`",
        "`us`",
        "branch_at = \"2027Q1\"",
    ] {
        assert!(told.contains(help), "{help}: {told}");
    }
    // What only the scenarios can tell has its place in the study, too.
    let text = "schema = 1\nquestion = \"What?\"\nsummary = \"S\"\ntrunk = \"current-law\"\n\
                branch_at = \"2044Q1\"\nregimes = [\"hard-cup\", \"history\"]\nend = \"2030Q4\"\n\
                set = [\"parameters.stickines=0\"]\n\
                [outcomes.rows.a]\nname = \"A\"\ntake = \"share\"\nsegments = [\"etsch\"]\nsupplier = \"us\"\n";
    fs::write(&file, text).unwrap();
    let told = unwrapped(&said(&["check", &shown], 3));
    assert!(told.contains("cannot read `hard-cup`: no such file"), "{told}");
    assert!(told.contains("wrong.toml:6:12"), "{told}");
    assert!(told.contains("wrong.toml:8:8") && told.contains("stickines"), "{told}");
    fs::write(&file, text.replace("hard-cup", "hard-cap").replace("stickines=", "stickiness="))
        .unwrap();
    let told = unwrapped(&said(&["compare", &shown, "--dry-run"], 3));
    assert!(told.contains("2044Q1 is outside of 2019Q1\u{2013}2030Q4"), "{told}");
    assert!(told.contains("there is no segment `etsch`") && told.contains("`etch`"), "{told}");
    assert!(told.contains("wrong.toml:5:13") && told.contains("wrong.toml:12:13"), "{told}");
}

#[test]
fn a_name_of_nothing_gets_near_names_of_studies_too() {
    let told = unwrapped(&said(&["compare", "from-todya", "--dry-run"], 3));
    assert!(told.contains("a study with a similar name exists: `from-today`"), "{told}");
    let told = unwrapped(&said(&["run", "from-today", "--dry-run"], 3));
    assert!(told.contains("it is a study") && told.contains("`chokepoint compare from-today`"));
    let told = unwrapped(&said(&["compare", "hard-cap", "from-today", "--dry-run"], 2));
    assert!(told.contains("`from-today` is a study: name it first"), "{told}");
    let told = unwrapped(&said(&["compare", "sic", "since-2019", "--dry-run"], 2));
    assert!(told.contains("one at a time"), "{told}");
}

#[test]
fn rows_of_a_study_stand_in_every_table_and_are_verified() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("sic");
    let done = chokepoint()
        .env("COLUMNS", "120")
        .args(["compare", "sic", "--replicates", "2", "--quiet", "--out"])
        .arg(&out)
        .assert()
        .success();
    let table = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    for row in ["The leader's share (Wolfspeed), 2024, %", "Mean price of a wafer, 2035, 2019 = 1"]
    {
        assert!(table.contains(row), "{row}: {table}");
    }
    // A study names its rows: front-end tools are none of its business.
    assert!(!table.contains("ASML") && !table.contains("halved"), "{table}");
    let page = fs::read_to_string(out.join("brief.html")).unwrap();
    assert!(page.contains("The leader&#x27;s share (Wolfspeed), 2024, %"));
    let summary = fs::read_to_string(out.join("summary.csv")).unwrap();
    assert!(summary.contains("sic-wafers,leader-2024,%,,,all,"), "no row of the study");
    chokepoint().args(["verify", "--sample", "2", "--quiet"]).arg(&out).assert().success();
    // A row that says another name than the study is not what the study asked for, whatever is sealed anew.
    let json = fs::read_to_string(out.join("study.json")).unwrap();
    let forged = json.replace("Mean price of a wafer", "Mean price of a tool");
    assert_ne!(json, forged);
    fs::write(out.join("study.json"), &forged).unwrap();
    let hash = |text: &str| library::sha256(text.as_bytes());
    let facts = fs::read_to_string(out.join("manifest.json")).unwrap();
    let facts = facts.replace(&hash(&json), &hash(&forged));
    let value: serde_json::Value = serde_json::from_str(&facts).unwrap();
    let blank = facts.replace(value["sha256"].as_str().unwrap(), &"0".repeat(64));
    fs::write(out.join("manifest.json"), blank.replace(&"0".repeat(64), &hash(&blank))).unwrap();
    let done = chokepoint().arg("verify").arg(&out).assert().code(4);
    let told = unwrapped(&String::from_utf8(done.get_output().stderr.clone()).unwrap());
    assert!(told.contains("`question` is not what study.toml says"), "{told}");
}

#[test]
fn sweep_and_attribute_take_a_study_as_far_as_they_can() {
    let text = said(&["sweep", "from-today", "--size", "4", "--dry-run"], 0);
    assert!(text.contains("24 runs"), "{text}");
    // A regime that is another law before the branch needs the trunk, which a sweep has not.
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("whole.toml");
    let text = "schema = 1\nquestion = \"What?\"\nsummary = \"S\"\ntrunk = \"current-law\"\n\
                branch_at = \"2027Q1\"\nregimes = [\"hard-cap\"]\n";
    fs::write(&file, text).unwrap();
    let shown = file.display().to_string();
    let told = unwrapped(&said(&["sweep", &shown, "--size", "4", "--dry-run"], 3));
    assert!(told.contains("`hard-cap` differs from `current-law` before 2027Q1"), "{told}");
    assert!(told.contains("whole.toml:4:9"), "{told}");
    // Of a study with a trunk, what is attributed to are the changes to the law.
    let words = ["attribute", "from-today", "allies-leave", "--outcome", "lead-logic", "--quiet"];
    let few = ["--replicates", "2", "--orders", "2", "--set", "time.end=2028Q4"];
    let text = said(&[&words[..], &few].concat(), 0);
    assert!(text.contains("nl-euv-2019") && text.contains("tw-2025"), "{text}");
    assert!(!text.contains("oct-2022"), "{text}");
}
