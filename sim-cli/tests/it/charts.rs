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

#[test]
fn a_figure_that_is_not_there_is_named_with_those_that_are() {
    let directory = tempfile::tempdir().unwrap();
    let run = small(directory.path());
    let out = directory.path().join("none");
    let failed = chokepoint()
        .arg("chart")
        .arg(&run)
        .args(["--figure", "loss-fan", "tornado", "--out"])
        .arg(&out)
        .assert()
        .code(2);
    let text = String::from_utf8(failed.get_output().stderr.clone()).unwrap();
    assert!(text.contains("`tornado`") && text.contains("loss-fan, share-panels"), "{text}");
    assert!(!out.exists(), "a wrong name leaves nothing half done");
}

#[test]
fn a_brief_is_one_file_that_asks_nobody() {
    let directory = tempfile::tempdir().unwrap();
    let run = small(directory.path());
    chokepoint().arg("brief").arg(&run).assert().success();
    let page = fs::read_to_string(run.join("brief.html")).unwrap();
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
    for wanted in ["Reproduce this", "What would change our mind", "backcast-title\"", "@page"] {
        assert!(page.contains(wanted), "{wanted}");
    }
    for unwanted in ["<script", "https://", "<link", "src=\"http"] {
        assert!(!page.contains(unwanted), "{unwanted}");
    }
    let template = directory.path().join("mine.html");
    fs::write(&template, "<p>{{ finding }}</p>{% for x in runs %}{{ x.command }}{% endfor %}")
        .unwrap();
    let out = directory.path().join("mine-out.html");
    chokepoint()
        .arg("brief")
        .arg(&run)
        .arg("--template")
        .arg(&template)
        .arg("--out")
        .arg(&out)
        .assert()
        .success();
    assert!(fs::read_to_string(&out).unwrap().starts_with("<p>"));
    fs::write(&template, "{% include 'manifest.json' %}").unwrap();
    chokepoint().arg("brief").arg(&run).arg("--template").arg(&template).assert().code(1);
}
