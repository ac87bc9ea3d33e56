//! What stands on the screen fits 80 columns.

use std::path::Path;

use super::chokepoint;

const WIDTH: usize = 80;

/// Lines that are too long, but for paths and commands to copy, which stay whole.
fn long(text: &str) -> Vec<&str> {
    let whole = |line: &&str| line.split_whitespace().any(|word| word.contains('/'));
    text.lines().filter(|line| line.chars().count() > WIDTH).filter(|line| !whole(line)).collect()
}

/// Both streams of a command, whatever it ends with.
fn said(arguments: &[&str], more: &[&Path]) -> String {
    let output = chokepoint().env_remove("COLUMNS").args(arguments).args(more).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    text(&output.stdout) + &text(&output.stderr)
}

#[test]
fn what_verbs_say_fits_a_terminal() {
    let place = tempfile::tempdir().unwrap();
    let run = place.path().join("run");
    let other = place.path().join("other");
    let short = ["--set", "time.end=2024Q4", "--replicates", "60"];
    let text = said(
        &[&["compare", "since-2019", "--threads", "2"][..], &short, &["--out"]].concat(),
        &[&run],
    );
    assert!(text.contains("Controls") && text.contains("What goes with"), "{text}");
    assert_eq!(long(&text), Vec::<&str>::new());
    assert!(!text.contains('\u{1b}'), "colour where nobody asked for it");
    let all =
        ["run", "history", "--seed", "2", "--replicates", "4", "--set", "time.end=2024Q4", "--out"];
    let text = said(&all, &[&other]);
    assert_eq!(long(&text), Vec::<&str>::new());
    let few = ["--replicates", "2", "--set", "time.end=2021Q4"];
    for (arguments, more) in [
        (&["diff"][..], &[run.as_path(), other.as_path()][..]),
        (&["diff", "hard-cap", "hard-cap-allied", "--resolved"], &[]),
        (&["verify", "--sample", "1"], &[run.as_path()]),
        (&["list"], &[]),
        (&["list", "mechanisms"], &[]),
        (&["list", "studies"], &[]),
        (&["explain"], &[]),
        (&["explain", "enforcement", "result", "us-share", "loss-fan", "3"], &[]),
        (&["trace", "baseline", "history"], &[]),
        (&[&["attribute", "hard-cap"][..], &few].concat(), &[]),
        (&["hindcast", "--replicates", "4", "--facts"], &[]),
        (&["sweep", "allies", "--dry-run", "--size", "8"], &[]),
        (&["check", "hard-cap", "allies", "from-today"], &[]),
        (&["compare", "from-todya"], &[]),
        (&["run", "hard-cap", "-v", "--dry-run"], &[]),
        // Mistakes.
        (&["compare", "hard-cap", "hard-cap"], &[]),
        (&["chart", "latst"], &[]),
        (&["sensitivity", "nowhere"], &[]),
        (&["attribute", "hard-cap", "--outcome", "revenue"], &[]),
        (&["run", "hard-cap", "--set", "measures.hardcap.enforcement=strong"], &[]),
        (&["run", "allies"], &[]),
        (&["sweep", "hard-cap.toml"], &[]),
        (&["explain", "enforcment"], &[]),
        (&["hindcast", "--from", "2018"], &[]),
        (&["cmpare"], &[]),
    ] {
        let text = said(arguments, more);
        assert_eq!(long(&text), Vec::<&str>::new(), "{arguments:?}");
        assert!(!text.contains("panicked"), "{text}");
    }
}

#[test]
fn a_reader_that_goes_away_ends_the_command_quietly() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_chokepoint"))
        .current_dir(super::root())
        .args(["explain"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}
