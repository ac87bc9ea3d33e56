//! What is computed is sealed before it is drawn, and `verify` vouches for what is sealed and for nothing else.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::assert::Assert;
use sim_lab::library::sha256;
use sim_lab::store::{Run, RunFacts};

use super::{chokepoint, unwrapped};

/// A run of two replicates until a quarter.
fn run(place: &Path, name: &str, end: &str) -> (PathBuf, String) {
    let out = place.join(name);
    let mut command = chokepoint();
    command.args(["run", "hard-cap", "--replicates", "2", "--threads", "1", "--set"]);
    let done = command.arg(format!("time.end={end}")).arg("--out").arg(&out).assert().success();
    (out, said(&done))
}

fn said(done: &Assert) -> String {
    unwrapped(&String::from_utf8(done.get_output().stderr.clone()).unwrap())
}

fn verify(run: &Path, more: &[&str], code: i32) -> String {
    let mut command = chokepoint();
    command.args(["verify", "--quiet"]).arg(run).args(more);
    // A receipt plays all replicates.
    let sample: &[&str] = if more.is_empty() { &["--sample", "1"] } else { &[] };
    let done = command.args(sample).assert().code(code);
    let told = unwrapped(&String::from_utf8(done.get_output().stdout.clone()).unwrap());
    told + &said(&done)
}

/// Changes a file, and the manifest so that its hash and its seal fit: a seal is no signature.
fn forge(run: &Path, name: &str, change: impl Fn(&str) -> String) {
    let (path, manifest) = (run.join(name), run.join("manifest.json"));
    let text = fs::read_to_string(&path).unwrap();
    let forged = change(&text);
    assert_ne!(forged, text, "{name} is not changed");
    fs::write(&path, &forged).unwrap();
    let facts = fs::read_to_string(&manifest).unwrap();
    let facts = facts.replace(&sha256(text.as_bytes()), &sha256(forged.as_bytes()));
    reseal(&manifest, &facts);
}

fn reseal(manifest: &Path, facts: &str) {
    let value: serde_json::Value = serde_json::from_str(facts).unwrap();
    let blank = facts.replace(value["sha256"].as_str().unwrap(), &"0".repeat(64));
    fs::write(manifest, blank.replace(&"0".repeat(64), &sha256(blank.as_bytes()))).unwrap();
}

#[test]
fn a_run_whose_figures_cannot_be_drawn_is_whole_and_says_so_once() {
    let place = tempfile::tempdir().unwrap();
    let (short, warned) = run(place.path(), "short", "2019Q4");
    assert_eq!(warned.matches("warning: ").count(), 1, "{warned}");
    assert!(
        warned.contains("share-panels (") && warned.contains("the numbers are complete"),
        "{warned}"
    );
    assert!(short.join("brief.html").is_file() && short.join("figures/loss-fan.svg").is_file());
    assert!(!short.join("figures/share-panels.svg").exists());
    verify(&short, &[], 0);
    // The others are drawn, with the reason why one is not.
    let done = chokepoint().arg("chart").arg(&short).assert().success();
    assert!(said(&done).contains("share-panels ("), "{}", said(&done));
    assert!(short.join("figures/bill.svg").is_file());
    // One that is asked for by name is no warning.
    let named = ["--figure", "share-panels"];
    let failed = chokepoint().arg("chart").arg(&short).args(named).assert().code(1);
    assert!(said(&failed).contains("failed to draw"), "{}", said(&failed));
    verify(&short, &[], 0);
    // A single quarter: whatever can be drawn of that.
    let (one, _) = run(place.path(), "one", "2019Q1");
    assert!(one.join("brief.html").is_file());
    verify(&one, &[], 0);
}

#[test]
fn a_title_is_refused_where_no_chart_has_room_and_drawn_where_they_have() {
    let place = tempfile::tempdir().unwrap();
    let scenario = |letters: usize| {
        let title: String = "Wide words ".chars().cycle().take(letters).collect();
        let root = super::root().join("scenarios/hard-cap.toml");
        let path = place.path().join(format!("of-{letters}.toml"));
        let text = format!(
            "schema = 1\nextends = {:?}\ntitle = \"{}x\"\nsummary = \"s\"\n",
            root.display().to_string(),
            &title[..letters - 1]
        );
        fs::write(&path, text).unwrap();
        path
    };
    let refused = chokepoint().arg("check").arg(scenario(121)).assert().code(3);
    let told = said(&refused) + &unwrapped(&String::from_utf8_lossy(&refused.get_output().stdout));
    assert!(told.contains("the title has 121 letters") && told.contains(":3:"), "{told}");
    let out = place.path().join("run");
    let mut command = chokepoint();
    command.arg("run").arg(scenario(120)).args(["--replicates", "2", "--set", "time.end=2024Q4"]);
    let done = command.arg("--out").arg(&out).assert().success();
    assert!(!said(&done).contains("warning: "), "{}", said(&done));
    let done = chokepoint().arg("chart").arg(&out).args(["--size", "all"]).assert().success();
    assert!(!said(&done).contains("warning: "), "{}", said(&done));
}

#[test]
fn what_was_edited_is_named_whoever_drew_it() {
    let place = tempfile::tempdir().unwrap();
    let (run, _) = run(place.path(), "run", "2024Q4");
    chokepoint().arg("chart").arg(&run).assert().success();
    let told = verify(&run, &[], 0);
    let receipt = told.split_whitespace().find(|word| word.starts_with("bill-")).unwrap();
    let told = verify(&run, &["--receipt", receipt], 0);
    assert!(told.contains("its files are as they were drawn"), "{told}");
    for name in ["figures/bill.svg", "figures/bill.csv", "brief.html", "summary.csv"] {
        let path = run.join(name);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, [&bytes[..], b"\n"].concat()).unwrap();
        for more in [&[][..], &["--receipt", receipt]] {
            let told = verify(&run, more, 4);
            assert!(told.contains(name), "{told}");
            // Which receipt they no longer bear out.
            assert_eq!(told.contains(receipt), name.contains("bill"), "{told}");
        }
        fs::write(&path, bytes).unwrap();
    }
    // What nobody wrote through the program is named, and a figure of it has no receipt.
    fs::write(run.join("notes.txt"), "mine").unwrap();
    let told = verify(&run, &[], 0);
    assert!(told.contains("not vouched for: notes.txt"), "{told}");
    fs::copy(run.join("figures/bill.svg"), run.join("figures/bill-slide.svg")).unwrap();
    let told = verify(&run, &["--receipt", receipt], 4);
    assert!(told.contains("figures/bill-slide.svg"), "{told}");
    fs::remove_file(run.join("figures/bill-slide.svg")).unwrap();
    // `chart` does not write over what the run wrote.
    let mut brief = chokepoint();
    brief.arg("brief").arg(&run).arg("--out").arg(run.join("manifest.json"));
    assert!(said(&brief.assert().code(1)).contains("would take its place"));
    verify(&run, &[], 0);
}

/// What is done to a text.
type Change<'c> = &'c dyn Fn(&str) -> String;

#[test]
fn tables_and_figures_are_derived_again_though_their_hashes_are_forged() {
    let place = tempfile::tempdir().unwrap();
    let (whole, _) = run(place.path(), "run", "2024Q4");
    let manifest = whole.join("manifest.json");
    let facts = fs::read_to_string(&manifest).unwrap();
    let digit = |text: &str| {
        // The last number of the table: one digit more.
        text.trim_end().to_owned() + "1\n"
    };
    let cases: [(&str, Change<'_>, &str); 8] = [
        ("summary.csv", &digit, "summary.csv is not what"),
        ("pairing.csv", &digit, "pairing.csv is not what"),
        ("survival.csv", &|text| text.replacen(",1,1,1", ",0,1,1", 1), "survival.csv is not what"),
        ("figures/loss-fan.csv", &digit, "figures/loss-fan.csv is not what"),
        ("figures/loss-fan.svg", &|text| text.replacen("lose", "gain", 1), "figures/loss-fan.svg"),
        (
            "study.json",
            &|text| text.replacen("Hard cap", "Soft cap", 1),
            "titles: manifest.json says",
        ),
        (
            "study.json",
            &|text| text.replacen("\"seed\": 1", "\"seed\": 2", 1),
            "seed: manifest.json says 1",
        ),
        (
            "study.json",
            &|text| text.replacen("\"grade\": \"estimated\"", "\"grade\": \"measured\"", 1),
            "study.json: `",
        ),
    ];
    for (name, change, says) in cases {
        let bytes = fs::read(whole.join(name)).unwrap();
        forge(&whole, name, change);
        let told = verify(&whole, &[], 4);
        assert!(told.contains(says), "{name}: {told}");
        fs::write(whole.join(name), bytes).unwrap();
        fs::write(&manifest, &facts).unwrap();
    }
    for (from, to, says) in [
        ("\"replicates\": 2", "\"replicates\": 3", "replicates: manifest.json says 3"),
        ("\"seed\": 1", "\"seed\": 4", "seed: manifest.json says 4"),
        ("\"end\": \"2024Q4\"", "\"end\": \"2025Q4\"", "end: manifest.json says 2025Q4"),
        ("\"us-share\": ", "\"us-share\": 1", "monte_carlo_error"),
    ] {
        let forged = facts.replacen(from, to, 1);
        assert_ne!(forged, facts);
        reseal(&manifest, &forged);
        let told = verify(&whole, &[], 4);
        assert!(told.contains(says), "{told}");
        fs::write(&manifest, &facts).unwrap();
    }
    verify(&whole, &[], 0);
}

#[test]
fn a_manifest_says_the_same_after_figures_are_added() {
    let place = tempfile::tempdir().unwrap();
    let (run, _) = run(place.path(), "run", "2024Q4");
    let value = |run: &Path| -> serde_json::Value {
        let text = fs::read(run.join("manifest.json")).unwrap();
        let mut value: serde_json::Value = serde_json::from_slice(&text).unwrap();
        let fields = value.as_object_mut().unwrap();
        fields.remove("files");
        fields.remove("sha256");
        value
    };
    let before = (value(&run), RunFacts::read(&run).unwrap().files);
    chokepoint().arg("chart").arg(&run).args(["--size", "column"]).assert().success();
    assert_eq!(value(&run), before.0);
    let after = RunFacts::read(&run).unwrap().files;
    assert!(before.1.iter().all(|(name, hash)| after.get(name) == Some(hash)));
    assert!(after.contains_key("figures/bill-column.png") && after.len() > before.1.len() + 20);
    Run::open(&run).unwrap();
}
