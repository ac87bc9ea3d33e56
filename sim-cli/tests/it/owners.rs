//! Real processes on one directory: they race, they are killed, and nothing is lost or mixed. `CHOKEPOINT_TRIES` says how
//! often each is tried.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use sim_lab::store::{Lock, Run};

/// Tries of a race; a quick run of the tests has few.
fn tries() -> u64 {
    std::env::var("CHOKEPOINT_TRIES").ok().and_then(|n| n.parse().ok()).unwrap_or(8)
}

/// A small number that differs from try to try and is the same in each run of the tests.
fn varied(seed: u64, below: u64) -> u64 {
    let mixed = (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33
        & (below.next_power_of_two() - 1)
}

/// A directory of its own, in which the names of scenarios mean the repository's.
fn project() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let scenarios = super::root().join("scenarios");
    std::os::unix::fs::symlink(scenarios, place.path().join("scenarios")).unwrap();
    place
}

/// A process of the command, quiet, in a directory.
fn start(directory: &Path, words: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_chokepoint"))
        .current_dir(directory)
        .env("NO_COLOR", "1")
        .args(words)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn ended(child: Child) -> (i32, String) {
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    (status.code().unwrap_or(-1), super::unwrapped(&String::from_utf8(stderr).unwrap()))
}

fn done(directory: &Path, words: &[&str]) -> (i32, String) {
    ended(start(directory, words))
}

/// The words of a run of one year.
fn short<'w>(scenario: &'w str, seed: &'w str) -> [&'w str; 9] {
    [
        "run",
        scenario,
        "--replicates",
        "2",
        "--threads",
        "1",
        "--seed",
        seed,
        "--set=time.end=2019Q4",
    ]
}

#[test]
fn of_several_runs_into_one_directory_one_wins_and_none_is_mixed() {
    let place = project();
    let out = place.path().join("race");
    let alone: BTreeMap<&str, Run> = ["1", "2", "3"]
        .into_iter()
        .map(|seed| {
            let path = place.path().join(seed);
            let words = [&short("hard-cap", seed)[..], &["--out", seed]].concat();
            assert_eq!(done(place.path(), &words).0, 0);
            (seed, Run::open(&path).unwrap())
        })
        .collect();
    for t in 0..tries() {
        let racing: Vec<(&str, Child)> = alone
            .keys()
            .map(|seed| {
                std::thread::sleep(Duration::from_millis(varied(t, 16)));
                let words = [&short("hard-cap", seed)[..], &["--out", "race"]].concat();
                (*seed, start(place.path(), &words))
            })
            .collect();
        let ends: Vec<(&str, (i32, String))> =
            racing.into_iter().map(|(seed, child)| (seed, ended(child))).collect();
        let winners: Vec<&str> =
            ends.iter().filter(|(_, (code, _))| *code == 0).map(|(seed, _)| *seed).collect();
        let [winner] = winners[..] else { panic!("try {t}: {ends:?}") };
        for (_, (code, said)) in ends.iter().filter(|(seed, _)| *seed != winner) {
            assert_eq!(*code, 1, "{said}");
            let named = said.contains("is writing there") || said.contains("is not empty");
            assert!(named, "try {t}: {said}");
        }
        let run = Run::open(&out).unwrap();
        assert!(run.study == alone[winner].study, "try {t}");
        assert!(run.results.headlines == alone[winner].results.headlines, "try {t}");
        let left: Vec<_> = leftovers(&out);
        assert!(left.is_empty(), "try {t}: {left:?}");
        fs::remove_dir_all(&out).unwrap();
    }
}

/// Locks and half-written files of a directory.
fn leftovers(directory: &Path) -> Vec<String> {
    let names = |folder: PathBuf| {
        fs::read_dir(folder)
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
    };
    let all = names(directory.to_owned()).chain(names(directory.join("figures")));
    all.filter(|name| {
        name.starts_with('.') || Path::new(name).extension().is_some_and(|end| end == "part")
    })
    .collect()
}

#[test]
fn runs_that_begin_in_one_second_have_directories_of_their_own() {
    let place = project();
    let words = short("hard-cap", "1");
    let started: Vec<Child> = (0..4).map(|_| start(place.path(), &words)).collect();
    for child in started {
        let (code, said) = ended(child);
        assert_eq!(code, 0, "{said}");
    }
    let mut runs = 0;
    for entry in fs::read_dir(place.path().join("outputs")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            assert_eq!(Run::open(&path).unwrap().results.replicates(), 2);
            assert!(leftovers(&path).is_empty());
            runs += 1;
        }
    }
    assert_eq!(runs, 4);
    let (code, said) = done(place.path(), &["verify", "latest", "--sample", "1", "--quiet"]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_run_that_is_killed_at_any_moment_is_whole_or_no_run() {
    let place = project();
    let words = [&short("hard-cap", "1")[..], &["--out", "run"]].concat();
    let run = place.path().join("run");
    let began = std::time::Instant::now();
    assert_eq!(done(place.path(), &words).0, 0);
    let lasts = began.elapsed().as_millis() as u64;
    let whole = Run::open(&run).unwrap();
    let (mut kills, mut sealed) = (0, 0);
    for t in 0..tries() {
        fs::remove_dir_all(&run).unwrap();
        let mut child = start(place.path(), &words);
        std::thread::sleep(Duration::from_millis(varied(t, 1024) * (lasts + 50) / 1024));
        child.kill().unwrap();
        kills += usize::from(!child.wait().unwrap().success());
        match Run::open(&run) {
            Ok(opened) => {
                sealed += 1;
                assert!(opened.results.headlines == whole.results.headlines, "try {t}");
                let (code, said) = done(place.path(), &["verify", "run", "--sample", "1"]);
                assert_eq!(code, 0, "try {t}: {said}");
                assert_eq!(done(place.path(), &["chart", "run"]).0, 0, "try {t}");
                assert_eq!(done(place.path(), &["verify", "run", "--sample", "1"]).0, 0, "try {t}");
            }
            Err(error) => {
                assert!(!run.join("manifest.json").exists(), "try {t}: {error}");
                assert_ne!(done(place.path(), &["verify", "run"]).0, 0, "try {t}");
            }
        }
        fs::create_dir_all(&run).unwrap();
    }
    println!("{kills} kills, {sealed} runs whole");
    assert!(kills > 0, "all ended before they were killed");
}

const EXPERIMENT: &str = r#"
schema = 1
title = "Small"

[levers]
regimes = ["hard-cap"]
set = ["time.end=2020Q2"]

[outcomes]
headlines = ["us-revenue-world", "us-share"]

[design]
size = 18
seed = 7
"#;

fn tables(directory: &Path) -> BTreeMap<&'static str, Vec<u8>> {
    ["outcomes.parquet", "experiments.parquet", "summary.csv"]
        .map(|name| (name, fs::read(directory.join(name)).unwrap_or_default()))
        .into()
}

/// A sweep that ended, and a plan of the same in another directory.
fn planned(place: &Path) -> BTreeMap<&'static str, Vec<u8>> {
    fs::write(place.join("small.toml"), EXPERIMENT).unwrap();
    let plan = ["plan", "small.toml", "--shard-size", "2", "--quiet", "--out"];
    let (code, said) = done(place, &[&plan[..], &["plan"]].concat());
    assert_eq!(code, 0, "{said}");
    copy(&place.join("plan"), &place.join("whole"));
    assert_eq!(done(place, &["resume", "whole", "--quiet", "--threads", "1"]).0, 0);
    tables(&place.join("whole"))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

#[test]
fn processes_on_one_sweep_lose_and_mix_nothing_though_some_are_killed() {
    let place = project();
    let whole = planned(place.path());
    let sweep = place.path().join("sweep");
    let verbs: [&[&str]; 6] = [
        &["resume", "sweep", "--quiet", "--threads", "1"],
        &["resume", "sweep", "--quiet", "--threads", "1", "--max-time", "0.001"],
        &["merge", "sweep", "--quiet", "--partial"],
        &["run-shard", "--manifest", "sweep/plan.json", "--quiet", "--index", "0"],
        &["run-shard", "--manifest", "sweep/plan.json", "--quiet", "--index", "1"],
        &["run-shard", "--manifest", "sweep/plan.json", "--quiet", "--index", "1"],
    ];
    let (mut kills, mut refused) = (0, 0);
    for t in 0..tries() {
        copy(&place.path().join("plan"), &sweep);
        let mut merged = 0;
        for round in 0..2 {
            let begun: Vec<(u64, Child)> = (0..4)
                .map(|p| {
                    let seed = 16 * (2 * t + round) + p;
                    std::thread::sleep(Duration::from_millis(varied(seed, 64)));
                    (seed, start(place.path(), verbs[(varied(seed, 64) % 6) as usize]))
                })
                .collect();
            for (seed, mut child) in begun {
                if varied(seed, 4) == 0 {
                    child.kill().unwrap();
                    kills += 1;
                }
                let (code, said) = ended(child);
                assert!([-1, 0, 1, 4].contains(&code), "try {t}: {code}: {said}");
                refused += usize::from(said.contains("is writing there"));
                // Whatever passes for merged is a first part of the whole, and never less than before.
                let now = replicates(&sweep);
                assert!(now == 0 || now >= merged || code == -1, "try {t}: {merged}, then {now}");
                merged = now;
            }
        }
        let (code, said) = done(place.path(), &["resume", "sweep", "--quiet", "--threads", "1"]);
        assert_eq!(code, 0, "try {t}: {said}");
        assert!(tables(&sweep) == whole, "try {t}: other bytes");
        assert_eq!(replicates(&sweep), 18, "try {t}");
        assert!(leftovers(&sweep).is_empty(), "try {t}: {:?}", leftovers(&sweep));
        fs::remove_dir_all(&sweep).unwrap();
    }
    println!("{kills} kills, {refused} refusals");
}

/// Replicates of a merged sweep; 0 while it is not merged.
fn replicates(sweep: &Path) -> u64 {
    let text = fs::read_to_string(sweep.join("manifest.json")).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    manifest["replicates"].as_u64().unwrap_or(0)
}

#[test]
fn a_second_process_is_refused_with_the_name_of_the_first() {
    let place = project();
    planned(place.path());
    let plan = place.path().join("plan");
    let owner = Lock::whole(&plan).unwrap();
    let me = format!("process {}", std::process::id());
    for words in [
        &["resume", "plan", "--quiet"][..],
        &["merge", "plan", "--partial"],
        &["run-shard", "--manifest", "plan/plan.json", "--index", "0"],
    ] {
        let (code, said) = done(place.path(), words);
        assert_eq!(code, 1, "{words:?}: {said}");
        assert!(said.contains(&me) && said.contains("is writing there"), "{words:?}: {said}");
        assert!(!plan.join("shards").exists(), "{words:?}");
    }
    // An owner that crashed gives nothing back: the system does, and the next says so.
    let lock = plan.join(".lock");
    let text = fs::read_to_string(&lock).unwrap();
    drop(owner);
    fs::write(&lock, text).unwrap();
    let (code, said) = done(place.path(), &["resume", "plan", "--threads", "1"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("is taken over from") && said.contains(&me), "{said}");
    assert!(!lock.exists());
}

#[test]
fn figures_that_are_drawn_at_once_are_all_vouched_for() {
    let place = project();
    let words = [&short("hard-cap", "1")[..], &["--set=time.end=2023Q4", "--out", "run"]].concat();
    assert_eq!(done(place.path(), &words).0, 0);
    let drawing: [&[&str]; 4] = [
        &["chart", "run", "--figure", "bill", "lead"],
        &["chart", "run", "--figure", "leakage", "--size", "column"],
        &["brief", "run"],
        &["chart", "run"],
    ];
    let started: Vec<Child> = drawing.iter().map(|words| start(place.path(), words)).collect();
    for child in started {
        let (code, said) = ended(child);
        assert_eq!(code, 0, "{said}");
    }
    let verify = ["verify", "run", "--sample", "1", "--json", "--quiet"];
    let mut command = super::chokepoint();
    let line = command.current_dir(place.path()).args(verify).assert().success();
    let event: serde_json::Value = serde_json::from_slice(&line.get_output().stdout).unwrap();
    assert_eq!(event["unknown"], serde_json::json!([]));
    let facts = Run::open(&place.path().join("run")).unwrap().facts;
    for name in ["figures/bill.svg", "figures/leakage-column.png", "figures/lead.csv", "brief.html"]
    {
        assert!(facts.files.contains_key(name), "{name}");
    }
}
