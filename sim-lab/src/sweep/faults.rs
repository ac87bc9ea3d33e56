//! A sweep on a failing disk: whatever fails, and wherever, what is left is never read as whole, and going on gives the
//! bytes of a sweep that nothing disturbed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::store::RunDirectory;
use crate::store::disk::Operation;
use crate::store::disk::fault::{FAULTS, Fault, Seen, inject};

const EXPERIMENT: &str = r#"
schema = 1
title = "Small"

[levers]
baseline = "SCENARIOS/baseline.toml"
regimes = ["SCENARIOS/hard-cap.toml"]
set = ["time.end=2019Q2"]

[uncertainties]
parameters = ["belief-sensitivity"]

[outcomes]
headlines = ["us-revenue-world", "us-share"]

[design]
size = 5
seed = 7
"#;

/// A sweep whose shards were computed, so that only files are at stake.
pub(super) struct Small {
    pub(super) sweep: Sweep,
    pub(super) rows: Vec<Rows>,
    prepared: Prepared,
    place: tempfile::TempDir,
}

impl Small {
    pub(super) fn new() -> Self {
        let place = tempfile::tempdir().expect("a directory");
        let file = place.path().join("small.toml");
        let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
        let text = EXPERIMENT.replace("SCENARIOS", &scenarios.to_string_lossy());
        fs::write(&file, text).expect("a file");
        let wish = Wish { shard_size: Some(2), seconds: 1.0, threads: 1 };
        let prepared =
            prepare(&file, &Changes::default(), wish).unwrap_or_else(|error| panic!("{error}"));
        let sweep = planned(&prepared, &place.path().join("plan")).expect("a plan");
        let rows = (0..sweep.plan.shards)
            .map(|shard| sweep.rows(sweep.plan.range(shard), &|| {}).expect("rows"))
            .collect();
        Self { sweep, rows, prepared, place }
    }

    /// A directory of its own for a trial.
    pub(super) fn trial(&mut self, name: &str) -> PathBuf {
        let path = self.place.path().join(name);
        fs::create_dir(&path).expect("a directory");
        self.sweep.directory.clone_from(&path);
        path
    }

    /// What `resume` does: shards that are not there or not whole are run, then all is merged.
    fn session(&self) -> Result<Finished, SweepError> {
        for shard in 0..self.sweep.plan.shards {
            let part = Part::new(&self.sweep.directory.join(SHARDS), shard);
            let found = match part.check(&self.sweep) {
                Ok(Some(side)) => part.read(&self.sweep, &side).map(Some),
                other => other.map(|_| None),
            };
            match found {
                Ok(Some(_)) => continue,
                Ok(None) => {}
                Err(SweepError::Part { .. }) => part.remove()?,
                Err(error) => return Err(error),
            }
            part.write(&self.sweep, &self.rows[shard], 0.0)?;
        }
        merge(&self.sweep, &Merging::default())
    }

    /// Whatever passes for whole is whole: parts, and the merged tables.
    fn nothing_half_is_read(&self, whole: &BTreeMap<String, Vec<u8>>) {
        for (shard, rows) in self.rows.iter().enumerate() {
            let part = Part::new(&self.sweep.directory.join(SHARDS), shard);
            if let Ok(Some(side)) = part.check(&self.sweep) {
                assert!(part.read(&self.sweep, &side).expect("a whole part") == *rows);
            }
        }
        if self.sweep.directory.join("manifest.json").exists()
            && vouched(&self.sweep.directory).is_some()
        {
            assert!(tables(&self.sweep.directory) == *whole, "half a table was read");
        }
    }
}

/// The manifest's hashes, if it is sound.
fn vouched(directory: &Path) -> Option<()> {
    let text = fs::read_to_string(directory.join("manifest.json")).ok()?;
    crate::store::seal::check(&text).ok()
}

fn planned(prepared: &Prepared, at: &Path) -> Result<Sweep, SweepError> {
    let mut directory = RunDirectory::create(at, Some(at), "small", "00000000")?;
    prepared.clone().write(&mut directory)?;
    Sweep::open(&at.join(PLAN))
}

/// The tables that a merge leaves.
fn tables(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let read = |name: &str| {
        let bytes = fs::read(directory.join(name)).unwrap_or_default();
        (name.to_owned(), bytes)
    };
    ["outcomes.parquet", "experiments.parquet", "summary.csv"].into_iter().map(read).collect()
}

#[test]
fn whatever_fails_a_sweep_goes_on_to_the_same_bytes() {
    let mut small = Small::new();
    let reference = small.trial("reference");
    small.session().expect("an undisturbed sweep");
    let whole = tables(&reference);
    assert!(whole.values().all(|bytes| !bytes.is_empty()));
    let mut injected: BTreeMap<(Fault, Operation), usize> = BTreeMap::new();
    for fault in FAULTS {
        for at in 0.. {
            let path = small.trial(&format!("{fault:?}-{at}"));
            let Seen { result, hit } = inject(fault, at, || small.session());
            let Some((operation, file)) = hit else { break };
            *injected.entry((fault, operation)).or_default() += 1;
            let what = format!("{fault:?} at operation {at}: {operation:?} of {}", file.display());
            small.nothing_half_is_read(&whole);
            match result {
                Ok(_) => assert!(tables(&path) == whole, "{what}: it passed for done"),
                Err(error) => assert!(!error.to_string().is_empty(), "{what}"),
            }
            small.session().unwrap_or_else(|error| panic!("{what}: {error}"));
            assert!(tables(&path) == whole, "{what}");
            assert!(!path.join(SHARDS).exists(), "{what}: parts are left");
            fs::remove_dir_all(&path).expect("no more needed");
        }
    }
    let faults: usize = injected.values().sum();
    println!("{faults} faults injected: {injected:?}");
    assert!(faults >= 300, "{faults}: {injected:?}");
    for fault in [Fault::Full, Fault::Broken, Fault::Killed, Fault::PowerCut] {
        for operation in [
            Operation::CreateDirectory,
            Operation::Create,
            Operation::Write,
            Operation::Sync,
            Operation::Rename,
            Operation::Remove,
            Operation::Read,
        ] {
            assert!(injected.contains_key(&(fault, operation)), "no {fault:?} of {operation:?}");
        }
    }
}

#[test]
fn a_plan_is_there_as_a_whole_or_not_at_all() {
    let small = Small::new();
    let whole = fs::read(small.place.path().join("plan").join(PLAN)).expect("a plan");
    let mut injected = 0;
    for fault in FAULTS {
        for at in 0.. {
            let path = small.place.path().join(format!("{fault:?}-{at}"));
            let write = || -> Result<(), SweepError> {
                let mut directory = RunDirectory::create(&path, Some(&path), "small", "00000000")?;
                small.prepared.clone().write(&mut directory).map(drop)
            };
            let Seen { result, hit } = inject(fault, at, write);
            let Some((operation, file)) = hit else { break };
            injected += 1;
            let plan = path.join(PLAN);
            if result.is_ok() || plan.exists() {
                let what = format!("{fault:?} at {at}: {operation:?} of {}", file.display());
                assert!(fs::read(&plan).expect("a plan") == whole, "{what}");
                Sweep::open(&plan).unwrap_or_else(|error| panic!("{what}: {error}"));
            }
            let _ = fs::remove_dir_all(&path);
        }
    }
    assert!(injected >= 300, "{injected}");
}
