//! Parts: what a shard leaves behind, and what proves that it is whole.
//!
//! A part is written beside its name, synced, renamed; then its sidecar, with the hash of the part. A part without
//! a valid sidecar does not exist. A part has one owner at a time; where the file system knows no locks, two workers that
//! run the same shard write the same bytes under names of their own, so neither harms the other.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use parquet::basic::Type as Physical;
use parquet::data_type::ByteArray;
use serde::{Deserialize, Serialize};

use super::error::SweepError;
use super::plan::program;
use super::session::{Rows, Sweep};
use crate::library::sha256;
use crate::store::table::{Reading, Table, Values};
use crate::store::{Lock, StoreError, disk, foreign};

/// Directory of parts, in the sweep's directory.
pub const SHARDS: &str = "shards";
/// Between two looks at a part that somebody else writes.
const PAUSE: Duration = Duration::from_millis(100);
/// Columns before the outcomes, in a part and in the merged table.
pub(super) const KEYS: usize = 3;

/// What a sidecar says of a part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sidecar {
    /// Number of the shard.
    pub shard: usize,
    /// First replicate.
    pub first: usize,
    /// Replicate after the last.
    pub end: usize,
    /// Hash of the plan.
    pub plan: String,
    /// Hash of the part.
    pub sha256: String,
    /// Version of the program that ran it.
    pub version: String,
    /// Its commit.
    pub commit: String,
    /// Its compiler.
    pub rustc: String,
    /// Seconds that the shard took.
    pub seconds: f64,
    /// Threads that ran it.
    pub threads: usize,
}

/// A part in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    directory: PathBuf,
    shard: usize,
}

impl Part {
    /// The part of a shard in a directory of parts.
    pub fn new(directory: &Path, shard: usize) -> Self {
        Self { directory: directory.to_owned(), shard }
    }

    /// The table.
    pub fn table(&self) -> PathBuf {
        self.directory.join(format!("part-{:06}.parquet", self.shard))
    }

    /// The sidecar.
    pub fn sidecar(&self) -> PathBuf {
        self.directory.join(format!("part-{:06}.json", self.shard))
    }

    /// The sidecar's content; `None` if the part is not there.
    ///
    /// # Errors
    /// [`SweepError::Part`] if it is there and is not whole, or is another plan's or build's.
    pub fn check(&self, sweep: &Sweep) -> Result<Option<Sidecar>, SweepError> {
        let bad = |reason: String| SweepError::Part { shard: self.shard, reason };
        let text = match disk::read_text(&self.sidecar()) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(SweepError::file(&self.sidecar(), e)),
        };
        let name = self.sidecar().display().to_string();
        let side: Sidecar =
            foreign::read(&text).map_err(|why| bad(format!("{name} is damaged: {why}")))?;
        let plan = &sweep.plan;
        if side.plan != plan.sha256 {
            return Err(bad(format!("{name} belongs to another plan")));
        }
        if (side.version.as_str(), side.commit.as_str()) != (&plan.version, &plan.commit) {
            return Err(bad(format!(
                "it was run by version {} ({}), the plan is of {} ({}): versions do not mix",
                side.version, side.commit, plan.version, plan.commit
            )));
        }
        if side.shard != self.shard || plan.range(self.shard) != (side.first..side.end) {
            return Err(bad(format!("{name} is of other replicates")));
        }
        let table = self.table();
        let hash = match disk::sha256(&table) {
            Ok(hash) => hash,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(bad(format!("{} is missing beside its sidecar", table.display())));
            }
            Err(e) => return Err(SweepError::file(&table, e)),
        };
        if hash != side.sha256 {
            return Err(bad(corrupted(&table)));
        }
        Ok(Some(side))
    }

    /// Runs the shard on the threads of the caller and writes its part; `tick` is called after each replicate.
    ///
    /// # Errors
    /// As of [`Sweep::rows`] and [`Self::write`].
    pub fn run(
        &self,
        sweep: &Sweep,
        tick: &(dyn Fn() + Sync),
    ) -> Result<(Rows, Sidecar), SweepError> {
        let began = Instant::now();
        let rows = sweep.rows(sweep.plan.range(self.shard), tick)?;
        let side = self.write(sweep, &rows, began.elapsed().as_secs_f64())?;
        Ok((rows, side))
    }

    /// Writes the part, then its sidecar.
    ///
    /// # Errors
    /// [`SweepError::Store`]; [`SweepError::Part`] if the shard is there already with other bytes.
    pub fn write(&self, sweep: &Sweep, rows: &Rows, seconds: f64) -> Result<Sidecar, SweepError> {
        disk::create_directory(&self.directory)
            .map_err(|e| SweepError::file(&self.directory, e))?;
        let temporary = [self.temporary("parquet"), self.temporary("json")];
        let written = self.write_files(sweep, rows, seconds, &temporary);
        if written.is_err() {
            // A full disk should not be left fuller.
            for path in &temporary {
                let _ = disk::remove(path);
            }
        }
        written
    }

    fn write_files(
        &self,
        sweep: &Sweep,
        rows: &Rows,
        seconds: f64,
        [temporary, beside]: &[PathBuf; 2],
    ) -> Result<Sidecar, SweepError> {
        let mut table = open_table(sweep, temporary)?;
        write_group(&mut table, sweep, rows)?;
        table.close()?;
        let hash = disk::sha256(temporary).map_err(|e| SweepError::file(temporary, e))?;
        let (version, commit, rustc) = program();
        let side = Sidecar {
            shard: self.shard,
            first: rows.range.start,
            end: rows.range.end,
            plan: sweep.plan.sha256.clone(),
            sha256: hash,
            version: version.to_owned(),
            commit: commit.to_owned(),
            rustc: rustc.to_owned(),
            seconds,
            threads: rayon::current_num_threads(),
        };
        if let Ok(Some(other)) = self.check(sweep)
            && other.sha256 != side.sha256
        {
            let reason = format!(
                "{} is there with other bytes: one of the two machines computes wrongly",
                self.table().display()
            );
            return Err(SweepError::Part { shard: self.shard, reason });
        }
        publish(temporary, &self.table())?;
        let text = serde_json::to_string_pretty(&side).map_err(StoreError::from)? + "\n";
        disk::write(beside, text.as_bytes()).map_err(|e| SweepError::file(&self.sidecar(), e))?;
        publish(beside, &self.sidecar())?;
        disk::sync_directory(&self.directory);
        Ok(side)
    }

    /// Owns the part: nobody else runs its shard. Where somebody does, `wait` is told who, once, and this waits until
    /// they have ended: their part is then there, or what they left is taken over. Where the file system knows no locks,
    /// nobody can know that, and nobody owns it.
    ///
    /// # Errors
    /// [`SweepError::Store`].
    pub(super) fn own(&self, wait: &dyn Fn(&str)) -> Result<Option<Lock>, SweepError> {
        disk::create_directory(&self.directory)
            .map_err(|e| SweepError::file(&self.directory, e))?;
        let path = self.directory.join(format!(".part-{:06}.lock", self.shard));
        let mut told = false;
        loop {
            match Lock::of_file(&path) {
                Err(StoreError::Owned { owner, help, .. }) if help.is_empty() => {
                    if !told {
                        wait(&format!("{owner} is running shard {}: waiting for it", self.shard));
                        told = true;
                    }
                    std::thread::sleep(PAUSE);
                }
                Err(StoreError::Owned { .. }) => return Ok(None),
                other => return Ok(Some(other?)),
            }
        }
    }

    /// Removes what is there, the sidecar first: a part without one does not exist.
    ///
    /// # Errors
    /// [`SweepError::Store`].
    pub fn remove(&self) -> Result<(), SweepError> {
        for path in [self.sidecar(), self.table()] {
            disk::remove(&path).map_err(|e| SweepError::file(&path, e))?;
        }
        Ok(())
    }

    /// Reads the outcomes of a part whose sidecar was checked: what is used is what the sidecar says, even if the file
    /// changed since.
    ///
    /// # Errors
    /// [`SweepError`].
    pub fn read(&self, sweep: &Sweep, side: &Sidecar) -> Result<Rows, SweepError> {
        let range = sweep.plan.range(self.shard);
        let path = self.table();
        let bytes = disk::read(&path).map_err(|e| SweepError::file(&path, e))?;
        if sha256(&bytes) != side.sha256 {
            return Err(SweepError::Part { shard: self.shard, reason: corrupted(&path) });
        }
        let values = read_values(sweep, &path, bytes)?;
        if values.len() != range.len() * sweep.width() {
            let reason = format!("{} has too few or too many rows", self.table().display());
            return Err(SweepError::Part { shard: self.shard, reason });
        }
        Ok(Rows { range, values })
    }

    /// A name that no other process uses.
    fn temporary(&self, ending: &str) -> PathBuf {
        self.directory.join(format!(".part-{:06}.{}.{ending}", self.shard, disk::unique()))
    }
}

/// Syncs a file and gives it its name.
fn publish(from: &Path, to: &Path) -> Result<(), SweepError> {
    disk::publish(from, to).map_err(|e| SweepError::file(to, e))
}

/// Opens a table of outcomes: a row for each run.
pub(super) fn open_table(sweep: &Sweep, path: &Path) -> Result<Table, StoreError> {
    let keys = [
        ("scenario_id", Physical::BYTE_ARRAY),
        ("experiment_id", Physical::INT32),
        ("replication_id", Physical::INT32),
    ];
    let outcomes = sweep.columns().iter().map(|c| (c.name.as_str(), Physical::DOUBLE));
    let columns: Vec<_> = keys.into_iter().chain(outcomes).collect();
    let meanings = sweep.columns().iter().map(|c| {
        let text = format!("{}: {}", c.unit, c.label);
        parquet::file::metadata::KeyValue::new(format!("outcome.{}", c.name), Some(text))
    });
    Table::create(path, &columns, meanings.collect())
}

/// Writes rows as one group.
pub(super) fn write_group(table: &mut Table, sweep: &Sweep, rows: &Rows) -> Result<(), StoreError> {
    let (arms, width) = (sweep.arms(), sweep.columns().len());
    let names: Vec<ByteArray> =
        sweep.plan.arms.iter().map(|a| ByteArray::from(a.arm.id.as_str())).collect();
    let runs = rows.range.len() * arms;
    let mut columns: Vec<Values> = Vec::with_capacity(KEYS + width);
    columns.push(Values::Text((0..runs).map(|run| names[run % arms].clone()).collect()));
    let places = || rows.range.clone().map(|r| sweep.points.place(r));
    let each = |number: &dyn Fn(super::points::Place) -> usize| {
        let all = places().flat_map(|p| std::iter::repeat_n(number(p) as i32, arms));
        Values::Count(all.collect())
    };
    columns.push(each(&|p| p.experiment));
    columns.push(each(&|p| p.replication));
    for c in 0..width {
        columns.push(Values::Number(rows.values.iter().skip(c).step_by(width).copied().collect()));
    }
    table.group(columns)
}

fn corrupted(table: &Path) -> String {
    format!("{} is corrupted: its hash differs", table.display())
}

/// Values of a table of outcomes: run × column.
fn read_values(sweep: &Sweep, path: &Path, bytes: Vec<u8>) -> Result<Vec<f64>, SweepError> {
    let reading = Reading::of(path, bytes)?;
    let wanted: Vec<&str> = sweep.columns().iter().map(|c| c.name.as_str()).collect();
    if reading.columns().iter().skip(KEYS).ne(&wanted) {
        return Err(SweepError::plan(path, "its columns are not the planned ones"));
    }
    let width = wanted.len();
    let mut values: Vec<f64> = Vec::new();
    for group in 0..reading.groups() {
        let start = values.len();
        for c in 0..width {
            let column = reading.numbers(group, KEYS + c)?;
            values.resize(start + column.len() * width, 0.0);
            for (run, value) in column.into_iter().enumerate() {
                values[start + run * width + c] = value;
            }
        }
    }
    Ok(values)
}
