//! Verbs about files and words: explain, init, completions.

use std::path::Path;

use assert_cmd::Command;

use super::chokepoint;

fn out(command: &mut Command) -> String {
    let done = command.assert().success();
    String::from_utf8(done.get_output().stdout.clone()).unwrap()
}

/// The command in another directory.
fn within(directory: &Path) -> Command {
    let mut command = chokepoint();
    command.current_dir(directory);
    command
}

#[test]
fn explain_tells_what_words_mean() {
    for (word, says) in [
        ("enforcement", "`strong` 0.8"),
        ("parameters.stickiness", "prior"),
        ("us-share", "headline"),
        ("revenue", "USD million of 2019"),
        ("loss-fan", "figures/loss-fan.svg"),
        ("exclusive-keys", "Of several keys"),
        ("130", "Interrupted"),
        ("design.kind", "latin-hypercube"),
        ("finished", "event of --json"),
    ] {
        let text = out(chokepoint().args(["explain", word]));
        assert!(text.contains(says), "{word}:\n{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
    assert!(out(chokepoint().arg("explain")).contains("measures.NAME.enforcement"));
    let line = out(chokepoint().args(["explain", "us-share", "--json"]));
    let event: serde_json::Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
    assert_eq!((&event["schema"], &event["event"]), (&1.into(), &"explanation".into()));
}

#[test]
fn explain_knows_near_names() {
    let done = chokepoint().args(["explain", "enforcment", "zzzzzzzzz"]).assert().code(2);
    let text = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    assert!(text.contains("a similar name is `enforcement`"), "{text}");
    assert!(text.contains("nothing is called `zzzzzzzzz`"), "{text}");
}

#[test]
fn init_begins_a_project_that_runs_as_it_is() {
    let place = tempfile::tempdir().unwrap();
    let text = out(within(place.path()).args(["init", "mine"]));
    assert!(text.contains("chokepoint run my-regime.toml"), "{text}");
    let mine = place.path().join("mine");
    let readme = std::fs::read_to_string(mine.join("README.md")).unwrap();
    let commands: Vec<&str> =
        readme.lines().filter_map(|line| line.strip_prefix("$ chokepoint ")).collect();
    assert!(commands.len() >= 6, "{commands:?}");
    for command in commands {
        let mut words: Vec<&str> = command.split_whitespace().collect();
        if matches!(words[0], "run" | "compare") {
            words.extend(["--replicates", "2"]);
        }
        within(&mine).args(words).assert().success();
    }
    assert!(mine.join("outputs/latest").exists());
    // Again: everything is there, and nothing is touched.
    let done = within(place.path()).args(["init", "mine"]).assert().code(1);
    let text = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    let told = super::unwrapped(&text);
    assert!(told.contains("`README.md`") && told.contains("name another directory"), "{text}");
}

#[test]
fn what_init_writes_has_schemas_beside_it() {
    let place = tempfile::tempdir().unwrap();
    within(place.path()).args(["init", "--quiet"]).assert().success();
    for (file, schema) in [
        ("my-regime.toml", "schema/scenario.schema.json"),
        ("my-experiment.toml", "schema/experiment.schema.json"),
    ] {
        let text = std::fs::read_to_string(place.path().join(file)).unwrap();
        assert_eq!(text.lines().next(), Some(format!("#:schema {schema}").as_str()));
        assert!(place.path().join(schema).exists());
    }
}

#[test]
fn completions_name_the_verbs() {
    for shell in ["bash", "zsh", "fish"] {
        let script = out(chokepoint().args(["completions", shell]));
        assert!(script.contains("hindcast") && script.contains("explain"), "{shell}");
    }
}

#[test]
fn failures_are_events_too() {
    let done = chokepoint().args(["check", "hard-cup", "--json"]).assert().code(3);
    let text = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    let events: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events[0]["event"], "problem");
    assert_eq!(events[0]["code"], "unreadable-file");
    assert_eq!(events.last().unwrap()["exit"], 3);
}

#[test]
fn colour_is_only_there_when_asked_for() {
    let help = out(chokepoint().arg("--help"));
    assert!(!help.contains('\u{1b}') && help.contains("Exit codes"), "{help}");
    let report = |colour: &str| {
        let done = chokepoint().args(["check", "hard-cup", "--color", colour]).assert().code(3);
        String::from_utf8(done.get_output().stderr.clone()).unwrap()
    };
    assert!(report("always").contains('\u{1b}'));
    assert!(!report("auto").contains('\u{1b}'));
}

/// A run of two replicates in a new directory.
fn small_run(place: &Path, name: &str, more: &[&str]) -> std::path::PathBuf {
    let run = place.join(name);
    chokepoint()
        .args(["run", "hard-cap", "--replicates", "3", "--quiet", "--out"])
        .arg(&run)
        .args(more)
        .assert()
        .success();
    run
}

#[test]
fn scenarios_are_told_apart_in_words() {
    let text = out(chokepoint().args(["diff", "baseline", "hard-cap"]));
    assert!(text.contains("only hard-cap has the measure `hard-cap`"), "{text}");
    assert!(text.contains("2 differences from baseline to hard-cap"), "{text}");
    let set = "measures.hard-cap.enforcement=strong";
    let place = tempfile::tempdir().unwrap();
    let child = place.path().join("mine.toml");
    let parent = super::root().join("scenarios/hard-cap.toml");
    let body = "[measures.hard-cap]\nenforcement = \"strong\"\n[parameters]\nbelief-gain = 0.4\n";
    let head = format!("schema = 1\nextends = \"{}\"\n", parent.display());
    std::fs::write(&child, head + "title = \"T\"\nsummary = \"S.\"\n" + body).unwrap();
    let text = out(chokepoint().args(["diff", "hard-cap"]).arg(&child).arg("--resolved"));
    assert!(text.contains("not given \u{2192} \"strong\""), "{text}");
    assert!(text.contains("news destroys") && text.contains("mine.toml:6"), "{text}");
    assert!(text.contains("scenarios/hard-cap.toml extends"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80 || line.contains('/')), "{text}");
    let lines = out(chokepoint().args(["diff", "hard-cap", "--json"]).arg(&child));
    let last: serde_json::Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!((&last["event"], &last["same"]), (&"compared".into(), &false.into()));
    let text = out(chokepoint().args(["diff", "hard-cap", "hard-cap", "--set", set]));
    assert!(text.contains("are the same"), "{text}");
    let text = out(chokepoint().args(["diff", "hard-cap", "hard-cap-allied"]));
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let says = "only hard-cap-allied has the allies `tool-homes` of `measures.hard-cap`";
    assert!(joined.contains(says), "{text}");
    chokepoint().args(["diff", "hard-cap", "hard-cup"]).assert().code(3);
}

#[test]
fn runs_are_compared_replicate_by_replicate() {
    let place = tempfile::tempdir().unwrap();
    let one = small_run(place.path(), "one", &[]);
    let two = small_run(place.path(), "two", &["--set", "measures.hard-cap.enforcement=strong"]);
    let other = small_run(place.path(), "three", &["--seed", "2"]);
    chokepoint().arg("diff").args([&one, &two]).assert().code(0);
    let text = out(chokepoint().arg("diff").args([&one, &one]));
    assert!(text.contains("the same") && text.contains("replicate by replicate"), "{text}");
    assert!(text.contains("Both rest on the same program"), "{text}");
    let changed = out(chokepoint().arg("diff").args([&one, &two]));
    assert!(changed.contains("scenario hard-cap") && !changed.contains("ensemble"), "{changed}");
    // It names the command that shows what changed, and that command works.
    let command = changed.lines().find_map(|l| l.strip_prefix("  chokepoint ")).unwrap();
    let text = out(chokepoint().args(command.split_whitespace()));
    assert!(
        text.contains("not given \u{2192} \"strong\"") && text.contains("1 difference"),
        "{text}"
    );
    let prior = small_run(place.path(), "prior", &["--ensemble", "prior"]);
    let text = out(chokepoint().arg("diff").args([&one, &prior]));
    assert!(text.contains("ensemble.toml") && text.contains("\u{2192} none"), "{text}");
    let text = out(chokepoint().arg("diff").args([&one, &other]));
    assert!(super::unwrapped(&text).contains("no paired differences"), "{text}");
    assert!(super::unwrapped(&text).contains("seed 1 \u{2192} 2"), "{text}");
    chokepoint().args(["diff", "hard-cap"]).arg(&one).assert().code(2);
}

#[test]
fn a_run_is_verified_and_a_changed_one_is_not() {
    let place = tempfile::tempdir().unwrap();
    let run = small_run(place.path(), "run", &[]);
    let text = out(chokepoint().arg("verify").arg(&run).args(["--sample", "2", "--quiet"]));
    assert!(text.contains("to the last bit"), "{text}");
    let receipt = text
        .split_whitespace()
        .find(|word| word.starts_with("loss-fan-"))
        .unwrap_or_else(|| panic!("{text}"));
    let line =
        out(chokepoint().arg("verify").arg(&run).args(["--receipt", receipt, "--json", "--quiet"]));
    let event: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&event["replicates"], &event["same"]), (&3.into(), &true.into()));
    chokepoint().arg("verify").arg(&run).args(["--receipt", "loss-fan-0"]).assert().code(4);

    // Another seed in the study: the stored numbers are not what the model gives for it.
    let study = run.join("study.json");
    let text = std::fs::read_to_string(&study).unwrap();
    let forged = text.replace("\"seed\": 1", "\"seed\": 2");
    assert_ne!(text, forged);
    std::fs::write(&study, &forged).unwrap();
    let done = chokepoint().arg("verify").arg(&run).assert().code(4);
    let report = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    assert!(report.contains("not as the run wrote them: study.json"), "{report}");
    // Even with the hash in the manifest forged, too.
    let manifest = run.join("manifest.json");
    let hash = |text: &str| sim_lab::library::sha256(text.as_bytes());
    let facts = std::fs::read_to_string(&manifest).unwrap();
    let forged = facts.replace(&hash(&text), &hash(&forged));
    std::fs::write(&manifest, &forged).unwrap();
    let done = chokepoint().arg("verify").arg(&run).assert().code(4);
    let report = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    let told = super::unwrapped(&report);
    assert!(told.contains("manifest.json") && told.contains("was edited"), "{report}");
    // And its seal, too: a seal is no signature.
    let event: serde_json::Value = serde_json::from_str(&forged).unwrap();
    let seal = event["sha256"].as_str().unwrap();
    let blank = forged.replace(seal, &"0".repeat(64));
    std::fs::write(&manifest, blank.replace(&"0".repeat(64), &hash(&blank))).unwrap();
    let done = chokepoint().arg("verify").arg(&run).assert().code(4);
    let report = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    let told = super::unwrapped(&report);
    assert!(told.contains("seed: manifest.json says 1"), "{report}");
    // And the manifest's seed: the figures name it, too.
    let forged = std::fs::read_to_string(&manifest).unwrap().replace("\"seed\": 1", "\"seed\": 2");
    let event: serde_json::Value = serde_json::from_str(&forged).unwrap();
    let blank = forged.replace(event["sha256"].as_str().unwrap(), &"0".repeat(64));
    std::fs::write(&manifest, blank.replace(&"0".repeat(64), &hash(&blank))).unwrap();
    let done = chokepoint().arg("verify").arg(&run).assert().code(4);
    let report = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    let told = super::unwrapped(&report);
    assert!(told.contains("loss-fan.svg is not what the run's numbers give"), "{report}");
}

#[test]
fn overrides_of_a_measure_act_where_it_exists() {
    let place = tempfile::tempdir().unwrap();
    let run = small_run(place.path(), "run", &["--set", "measures.hard-cap.enforcement=strong"]);
    let resolved = std::fs::read_to_string(run.join("hard-cap.resolved.toml")).unwrap();
    let line = resolved.lines().find(|line| line.contains("enforcement")).unwrap();
    assert!(line.contains("\"strong\"") && line.ends_with("# --set"), "{line}");
    let set = "measures.hard-cup.enforcement=strong";
    let done = chokepoint().args(["run", "hard-cap", "--dry-run", "--set", set]).assert().code(2);
    let text = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    let told = super::unwrapped(&text);
    let says = "no scenario has this; a similar key is `measures.hard-cap.enforcement`";
    assert!(told.contains(says), "{text}");
}

#[test]
fn a_dry_run_counts_and_writes_nothing() {
    let place = tempfile::tempdir().unwrap();
    let run = place.path().join("run");
    let text = out(chokepoint().args(["compare", "--dry-run", "--quiet", "--out"]).arg(&run));
    assert!(text.starts_with("1200 runs: about ") && text.contains(" of disk"), "{text}");
    let line =
        out(chokepoint().args(["run", "hard-cap", "--dry-run", "--json", "--out"]).arg(&run));
    let event: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&event["event"], &event["runs"]), (&"estimate".into(), &400.into()));
    assert!(!run.exists());
}

#[test]
fn verbose_names_the_files_and_quiet_says_nothing() {
    let said = |flag: &str| {
        let done = chokepoint().args(["run", "hard-cap", "--dry-run", flag]).assert().success();
        String::from_utf8(done.get_output().stderr.clone()).unwrap()
    };
    assert!(said("-v").contains("read scenarios/baseline.toml (SHA-256 "), "{}", said("-v"));
    assert_eq!(said("--quiet"), "");
}

#[test]
fn errors_say_the_unit() {
    let check = |set: &str| {
        let done = chokepoint().args(["check", "hard-cap", "--set", set]).assert().code(3);
        String::from_utf8(done.get_output().stderr.clone()).unwrap()
    };
    assert!(check("parameters.stock-per-belief=100").contains("100 is outside 0\u{2013}60 months"));
    let text = check("measures.hard-cap.hard_cap.level=28");
    assert!(text.contains("generations above 28 nm"), "{text}");
}

#[test]
fn a_newcomer_in_an_empty_directory_is_told_where_to_begin() {
    let place = tempfile::tempdir().unwrap();
    let report = |word: &str| {
        let done = within(place.path()).args(["check", word]).assert().code(3);
        String::from_utf8(done.get_output().stderr.clone()).unwrap()
    };
    let told = report("hard-cap").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("`chokepoint init` makes one"), "{told}");
    within(place.path()).args(["init", "--quiet"]).assert().success();
    assert!(report("my-regim.toml").contains("`my-regime.toml`"));
    assert!(report("hard-cup").contains("`hard-cap.toml`"));
    let text = report("zzzzzzzz");
    assert!(text.contains("`chokepoint list scenarios` shows"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn a_run_is_verified_from_any_directory_and_after_its_tables_are_gone() {
    let place = tempfile::tempdir().unwrap();
    within(place.path()).args(["init", "--quiet"]).assert().success();
    let words =
        ["run", "my-regime.toml", "--replicates", "3", "--quiet", "--set", "time.end=2028Q4"];
    let trunk = ["--trunk", "history", "--branch-at", "2026Q1", "--out", "outputs/run"];
    within(place.path()).args(words).args(trunk).assert().success();
    let run = place.path().join("outputs/run");
    let elsewhere = tempfile::tempdir().unwrap();
    let verify = |run: &Path| {
        let mut command = within(elsewhere.path());
        command.args(["verify", "--sample", "2", "--quiet"]).arg(run);
        command
    };
    let text = out(&mut verify(&run));
    assert!(text.contains("to the last bit"), "{text}");
    // A table of the project has changed: the program has the one that the run read.
    let shares = place.path().join("scenarios/data/shares.csv");
    let original = std::fs::read_to_string(&shares).unwrap();
    let changed = original.replacen("N38,USA,91", "N38,USA,90", 1);
    assert_ne!(changed, original);
    std::fs::write(&shares, &changed).unwrap();
    verify(&run).assert().success();
    // The run directory alone, with a receipt.
    let moved = elsewhere.path().join("moved");
    std::fs::rename(&run, &moved).unwrap();
    let text = out(&mut verify(&moved));
    let receipt = text.split_whitespace().find(|word| word.starts_with("loss-fan-")).unwrap();
    let mut all = within(elsewhere.path());
    all.args(["verify", "moved", "--quiet", "--receipt", receipt]).assert().success();
    // A run with the changed table, whose original nobody else has, when that is changed once more.
    let again = place.path().join("again");
    within(place.path()).args(words).arg("--out").arg(&again).assert().success();
    verify(&again).assert().success();
    std::fs::write(&shares, changed.replacen("N38,USA,90", "N38,USA,89", 1)).unwrap();
    let done = verify(&again).assert().code(4);
    let text = String::from_utf8(done.get_output().stderr.clone()).unwrap();
    let told = super::unwrapped(&text);
    assert!(told.contains("shares.csv is not the file that the run read"), "{text}");
}

#[test]
fn experiments_are_checked_and_mistaken_kinds_are_named() {
    let text = out(chokepoint().args(["check", "scenarios/experiments/allies.toml", "hard-cap"]));
    assert!(text.contains("allies.toml: ok (") && text.contains(" arms, "), "{text}");
    let refused = |words: &[&str]| {
        let done = chokepoint().args(words).assert().code(3);
        super::unwrapped(&String::from_utf8(done.get_output().stderr.clone()).unwrap())
    };
    let text = refused(&["run", "scenarios/experiments/allies.toml", "--dry-run"]);
    assert!(text.contains("it is an experiment") && text.contains("`chokepoint sweep"), "{text}");
    let text = refused(&["sweep", "scenarios/hard-cap.toml", "--dry-run"]);
    assert!(text.contains("it is a scenario") && text.contains("`chokepoint run"), "{text}");
    // A key of another table is told where it belongs.
    let text = refused(&["check", "hard-cap", "--set", "enforcement=strong"]);
    assert!(text.contains("`enforcement` is a key of `[measures.NAME]`"), "{text}");
}

#[test]
fn runs_that_are_not_there_are_named_with_those_that_are() {
    let place = tempfile::tempdir().unwrap();
    let failed = |words: &[&str]| {
        let done = within(place.path()).args(words).assert().code(1);
        super::unwrapped(&String::from_utf8(done.get_output().stderr.clone()).unwrap())
    };
    assert!(failed(&["chart", "latest"]).contains("`chokepoint compare`"));
    assert!(failed(&["brief", "nowhere"]).contains("there are no runs in outputs/ yet"));
    std::fs::create_dir_all(place.path().join("outputs/20260101-mine")).unwrap();
    let text = failed(&["verify", "20260101-mien"]);
    assert!(text.contains("`outputs/20260101-mine`"), "{text}");
    assert!(failed(&["sensitivity", "elsewhere"]).contains("`latest` names the newest"));
}

#[test]
fn a_sweep_takes_another_baseline() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("small.toml");
    let text = "schema = 1\ntitle = \"T\"\n[levers]\nregimes = [\"hard-cap\"]\nset = [\"time.end=2021Q4\"]\n\
                [design]\nkind = \"sobol\"\nsize = 4\n";
    std::fs::write(&file, text).unwrap();
    let sweep = place.path().join("sweep");
    let words = ["sweep", "--baseline", "sliding-scale", "--quiet", "--out"];
    let text = out(chokepoint().args(words).args([&sweep, &file]));
    assert!(text.contains("Differences from sliding-scale"), "{text}");
}
