//! A comparison on a failing disk: a run directory is whole, or it is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::disk::Operation;
use super::disk::fault::{FAULTS, Fault, Seen, inject};
use super::*;
use crate::experiment::{Design, Replicate};
use crate::library::{Loaded, load};
use crate::outcome::Dollars;
use crate::results::Results;
use crate::study::Study;

/// A comparison that was played, so that only files are at stake.
struct Played {
    loaded: Vec<Loaded>,
    design: Design,
    replicates: Vec<Replicate>,
    results: Results,
    study: Study,
}

impl Played {
    fn new() -> Self {
        let end = ["time.end=2019Q2".to_owned()];
        let read = |name: &str| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios").join(name);
            load(&path, &end).expect("a valid scenario")
        };
        let loaded = vec![read("baseline.toml"), read("hard-cap.toml")];
        let scenarios = loaded.iter().map(|l| Arc::new(l.scenario.clone())).collect();
        let design = Design::new(scenarios, 2, 1, |_| true);
        let replicates: Vec<Replicate> =
            (0..2).map(|r| design.replicate(r).expect("it runs")).collect();
        let mut results = Results::new(&design, Dollars::Of2019).expect("a base year");
        results.add(replicates.clone());
        let study = Study::new(&design, &results.reader, results.dollars, "0123456789abcdef");
        Self { loaded, design, replicates, results, study }
    }

    /// Writes the directory as `compare` does.
    fn write(&self, path: &Path) -> Result<(), StoreError> {
        let mut directory = RunDirectory::create(path, Some(path), "run", "0123456789abcdef")?;
        let mut tables = Tables::create(&directory, &self.design, &self.results.reader)?;
        tables.write(0, &self.replicates)?;
        tables.close(&mut directory)?;
        directory.write("summary.csv", summary_csv(&self.design, &self.results).as_bytes())?;
        for l in &self.loaded {
            let name = format!("{}.resolved.toml", l.scenario.id);
            directory.write(&name, l.resolved.as_bytes())?;
        }
        write_study(&mut directory, &self.study, &self.results)?;
        let facts = Facts {
            command: Vec::new(),
            threads: 1,
            seconds: 0.0,
            complete: true,
            trunk: None,
            study: None,
        };
        let manifest = Manifest::new(&directory, &self.design, &self.loaded, &self.results, facts);
        directory.write("manifest.json", manifest.to_json()?.as_bytes())?;
        directory.point_latest()?;
        let figures = ["figures/some.svg", "brief.html"].map(|name| (name.to_owned(), name.into()));
        let of = numbers(path).unwrap_or_default();
        add_owned(path, &of, &figures, directory.lock().expect("it is owned"))
    }
}

/// Everything of a run that has to be the same each time.
fn files(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let facts = RunFacts::read(path).expect("a manifest");
    facts
        .files
        .keys()
        .map(|name| (name.clone(), fs::read(path.join(name)).unwrap_or_default()))
        .collect()
}

#[test]
fn whatever_fails_a_run_is_whole_or_refused() {
    let played = Played::new();
    let place = tempfile::tempdir().expect("a directory");
    let reference = place.path().join("reference");
    played.write(&reference).expect("an undisturbed run");
    let whole = files(&reference);
    let read = Run::open(&reference).expect("a run");
    assert!(whole.len() >= 8 && whole.values().all(|bytes| !bytes.is_empty()));
    let drawn = |name: &str| name.starts_with("figures/") || name == "brief.html";
    let numbers = whole.keys().filter(|name| !drawn(name)).count();
    let mut sealed = 0;
    let mut injected: BTreeMap<(Fault, Operation), usize> = BTreeMap::new();
    for fault in FAULTS {
        for at in 0.. {
            let path = place.path().join(format!("{fault:?}-{at}"));
            let Seen { result, hit } = inject(fault, at, || played.write(&path));
            let Some((operation, file)) = hit else { break };
            *injected.entry((fault, operation)).or_default() += 1;
            let what = format!("{fault:?} at operation {at}: {operation:?} of {}", file.display());
            match Run::open(&path) {
                Ok(run) => {
                    assert!(run.results.headlines == read.results.headlines, "{what}");
                    assert!(run.results.records == read.results.records, "{what}");
                    let found = files(&path);
                    // What is drawn comes after the seal: it may be missing, and is never half there.
                    assert!(found.iter().all(|(name, bytes)| whole[name] == *bytes), "{what}");
                    let all = found.len() == whole.len();
                    assert!(all || result.is_err(), "{what}: it passed for done");
                    let kept = found.keys().filter(|name| !drawn(name)).count();
                    assert_eq!(kept, numbers, "{what}: something is missing");
                    sealed += usize::from(!all);
                }
                Err(error) => {
                    assert!(result.is_err(), "{what}: it passed for done, but {error}");
                    assert!(!path.join("manifest.json").exists(), "{what}: {error}");
                }
            }
            let _ = fs::remove_dir_all(&path);
        }
    }
    let faults: usize = injected.values().sum();
    println!("{faults} faults injected: {injected:?}");
    assert!(FAULTS.iter().all(|fault| injected.keys().any(|(f, _)| f == fault)), "{injected:?}");
    assert!(faults >= 300, "{faults}: {injected:?}");
    assert!(sealed >= 10, "{sealed} runs were sealed and not drawn");
}

#[test]
fn a_disk_that_fails_to_read_is_told() {
    let played = Played::new();
    let place = tempfile::tempdir().expect("a directory");
    let path = place.path().join("run");
    played.write(&path).expect("a run");
    for at in 0.. {
        let Seen { result, hit } = inject(Fault::Broken, at, || Run::open(&path));
        let Some((_, file)) = hit else {
            assert!(at >= 4, "only {at} reads");
            break;
        };
        let error = result.expect_err("a failed read").to_string();
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(error.contains(&name), "{error}");
    }
}
