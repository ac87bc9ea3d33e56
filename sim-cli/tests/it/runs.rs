//! Runs: what is written, and that it does not depend on threads.

use std::collections::BTreeMap;
use std::path::Path;

use super::chokepoint;

/// Every file below a directory with its bytes, without the manifest and the brief (they hold times and the command).
fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for sub in ["", "figures"] {
        for entry in std::fs::read_dir(directory.join(sub)).unwrap().map(Result::unwrap) {
            let name = format!("{sub}/{}", entry.file_name().to_string_lossy());
            let told = ["manifest.json", "brief.html"].iter().any(|other| name.ends_with(other));
            if entry.file_type().unwrap().is_file() && !told {
                found.insert(name, std::fs::read(entry.path()).unwrap());
            }
        }
    }
    found
}

#[test]
fn files_are_the_same_for_any_number_of_threads() {
    let directory = tempfile::tempdir().unwrap();
    let mut runs = Vec::new();
    for threads in ["1", "2", "8"] {
        let out = directory.path().join(threads);
        chokepoint()
            .args(["compare", "hard-cap", "history", "--replicates", "22", "--quiet"])
            .args(["--set", "time.end=2024Q4", "--threads", threads, "--out"])
            .arg(&out)
            .assert()
            .success();
        runs.push(files(&out));
    }
    let names: Vec<_> = runs[0].keys().cloned().collect();
    for wanted in ["/outcomes.parquet", "/summary.csv", "figures/loss-fan.png"] {
        assert!(names.iter().any(|name| name == wanted), "{wanted} is missing from {names:?}");
    }
    for run in &runs[1..] {
        assert_eq!(run.keys().collect::<Vec<_>>(), runs[0].keys().collect::<Vec<_>>());
        for (name, bytes) in run {
            assert!(*bytes == runs[0][name], "{name} differs");
        }
    }
}

#[test]
fn a_scenario_against_itself_makes_no_difference_at_all() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("run");
    chokepoint()
        .args(["run", "history", "--baseline", "history", "--replicates", "3", "--quiet"])
        .args(["--set", "time.end=2024Q4", "--out"])
        .arg(&out)
        .assert()
        .success();
    let summary = std::fs::read_to_string(out.join("summary.csv")).unwrap();
    let mut rows = 0;
    for line in summary.lines().skip(1) {
        let differences: Vec<&str> = line.rsplit(',').take(7).collect();
        assert_eq!(differences, ["0"; 7], "{line}");
        rows += 1;
    }
    assert!(rows > 1000, "{rows} rows");
}

#[test]
fn the_run_directory_says_where_it_came_from() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("run");
    let done = chokepoint()
        .args(["run", "hard-cap", "--replicates", "2", "--json", "--seed", "9"])
        .args(["--set", "parameters.stickiness=0", "--set", "time.end=2023Q4", "--out"])
        .arg(&out)
        .assert()
        .success();
    let text = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    let events: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.last().unwrap()["event"], "finished");
    assert!(events.iter().any(|e| e["event"] == "result" && e["outcome"] == "us-revenue-world"));
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(out.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["seed"], 9);
    assert_eq!(manifest["complete"], true);
    assert_eq!(manifest["replicates"], 2);
    for (name, bytes) in files(&out) {
        let hash = &manifest["files"][name.trim_start_matches('/')];
        assert_eq!(hash, &sim_lab::library::sha256(&bytes), "{name}");
    }
    let resolved = std::fs::read_to_string(out.join("hard-cap.resolved.toml")).unwrap();
    assert!(resolved.contains("--set"), "the resolved scenario does not name --set");
}

#[test]
fn an_interrupted_run_keeps_whole_batches() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("run");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_chokepoint"))
        .current_dir(super::root())
        .args(["run", "hard-cap", "--replicates", "100000", "--quiet"])
        .args(["--set", "time.end=2020Q4", "--out"])
        .arg(&out)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // The outcomes have their first row group when the file has grown.
    let part = out.join("outcomes.parquet.part");
    let begun = || std::fs::metadata(&part).is_ok_and(|m| m.len() > 100_000);
    for _ in 0..600 {
        if begun() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(begun(), "no batch within a minute");
    let killed =
        std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(out.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["complete"], false);
    let done = manifest["replicates"].as_u64().unwrap();
    assert!(done > 0 && done < 100_000 && done.is_multiple_of(20), "{done}");
    assert!(out.join("summary.csv").is_file() && !part.exists());
}
