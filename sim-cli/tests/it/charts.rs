//! Figures of a finished run: drawn from its directory alone, and only if it is what the run wrote.

use std::fs;
use std::path::{Path, PathBuf};

use super::chokepoint;

/// A small comparison.
fn small(directory: &Path) -> PathBuf {
    let out = directory.join("run");
    chokepoint()
        .args(["compare", "hard-cap", "history", "--replicates", "6", "--quiet"])
        .args(["--set", "time.end=2026Q4", "--out"])
        .arg(&out)
        .assert()
        .success();
    out
}

#[test]
fn a_finished_run_gives_the_figures_again_byte_by_byte() {
    let directory = tempfile::tempdir().unwrap();
    let run = small(directory.path());
    let out = directory.path().join("again");
    chokepoint().arg("chart").arg(&run).arg("--out").arg(&out).assert().success();
    let mut seen = 0;
    for entry in fs::read_dir(run.join("figures")).unwrap().map(Result::unwrap) {
        let again = fs::read(out.join(entry.file_name())).unwrap();
        assert!(fs::read(entry.path()).unwrap() == again, "{:?} differs", entry.file_name());
        seen += 1;
    }
    assert!(seen >= 6, "{seen} files");
}

#[test]
fn what_the_run_did_not_write_is_not_drawn() {
    let directory = tempfile::tempdir().unwrap();
    let run = small(directory.path());
    let study = fs::read_to_string(run.join("study.json")).unwrap();
    fs::write(run.join("study.json"), study.replace("Hard cap", "Soft cap")).unwrap();
    let failed = chokepoint().arg("chart").arg(&run).assert().code(1);
    let text = String::from_utf8(failed.get_output().stderr.clone()).unwrap();
    assert!(text.contains("study.json") && text.contains("hash differs"), "{text}");

    fs::remove_file(run.join("manifest.json")).unwrap();
    let failed = chokepoint().arg("chart").arg(&run).assert().code(1);
    let text = String::from_utf8(failed.get_output().stderr.clone()).unwrap();
    assert!(text.contains("no manifest.json"), "{text}");
}
