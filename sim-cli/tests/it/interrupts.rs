//! Ctrl-C: long verbs finish what is in flight, end with 130 and say what is kept.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};

/// Starts a verb that would take long, interrupts it when `ready` says so, and gives what it said.
fn interrupted(arguments: &[&str], directory: &Path, began: &str) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_chokepoint"))
        .current_dir(super::root())
        .args(arguments)
        .arg(directory)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut reader = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    // The first progress line comes after ten seconds: by then the handler is there.
    while !said.contains(began) {
        assert!(reader.read_line(&mut said).unwrap() > 0, "it ended by itself:\n{said}");
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    reader.read_to_string(&mut said).unwrap();
    (child.wait().unwrap().code(), super::unwrapped(&said))
}

#[test]
fn verbs_that_cannot_go_on_say_that_nothing_is_kept() {
    let place = tempfile::tempdir().unwrap();
    let sample = place.path().join("sample");
    let out = place.path().join("ensemble.toml").display().to_string();
    let cases: [(&[&str], &str); 3] = [
        (
            &[
                "attribute",
                "--replicates",
                "100000",
                "hard-cap",
                "--outcome",
                "us-share",
                "--set",
                "time.end=2030Q4",
            ],
            "so nothing was kept",
        ),
        (&["hindcast", "--replicates", "100000"], "so nothing was kept"),
        (&["calibrate", "--draws", "1000000", "--dir"], "the same command goes on"),
    ];
    let one = &|(arguments, says): (&[&str], &str)| {
        let (directory, arguments): (&Path, &[&str]) = match arguments {
            [all @ .., "--dir"] => (&sample, &[all, &["--out", &out, "--dir"]].concat()),
            [all @ .., last] => (Path::new(last), all),
            [] => unreachable!("a verb has words"),
        };
        let (code, said) = interrupted(arguments, directory, "replicates, about");
        assert_eq!(code, Some(130), "{said}");
        assert!(said.contains("interrupted: ") && said.contains(says), "{arguments:?}: {said}");
    };
    // Each waits for ten seconds: they wait together.
    std::thread::scope(|scope| {
        for case in cases {
            scope.spawn(move || one(case));
        }
    });
}
