//! Merging: parts become the tables, the summary and the manifest of a finished sweep.
//!
//! Invariant: tables are cut by fixed numbers of replicates, so their bytes do not depend on shards; one part at
//! a time is in memory.

use std::collections::BTreeMap;
use std::path::PathBuf;

use parquet::basic::Type as Physical;
use serde::Serialize;
use sim_core::scenario::param::Spec;

use super::error::SweepError;
use super::part::{Part, SHARDS, Sidecar, open_table, write_group};
use super::plan::program;
use super::reading::merged_replicates;
use super::session::{Rows, Sweep};
use super::stopping::Stopping;
use super::tally::{KEPT, Tally};
use crate::store::cells::row;
use crate::store::table::{Table, Values};
use crate::store::{
    EXPERIMENTS, Lock, OUTCOMES, RunDirectory, StoreError, disk, seal, summary_head, summary_line,
};

/// Replicates of a row group of the merged table.
pub(super) const GROUP: usize = 2_000;

/// How to merge.
#[derive(Debug, Clone, Default)]
pub struct Merging {
    /// More directories with parts.
    pub parts: Vec<PathBuf>,
    /// Merge the replicates before the first missing shard, if shards are missing.
    pub partial: bool,
}

/// A merged sweep.
#[derive(Debug)]
pub struct Finished {
    /// Statistics of all merged replicates.
    pub tally: Tally,
    /// Whether these are all that the plan asks for.
    pub complete: bool,
    /// Replicates at which the stopping rule was met.
    pub stopped: Option<usize>,
    /// Seconds of computing, summed over shards.
    pub seconds: f64,
    /// Hash of the table of outcomes.
    pub outcomes: String,
}

#[derive(Debug, Serialize)]
struct Manifest<'a> {
    schema: u32,
    kind: &'static str,
    run: &'a str,
    program: &'static str,
    version: &'static str,
    commit: &'static str,
    rustc: &'static str,
    plan: &'a str,
    seed: u64,
    replicates_wanted: usize,
    replicates: usize,
    complete: bool,
    stopped_by_half_width: bool,
    quantiles_from_replicates: usize,
    seconds_of_computing: f64,
    dollars: &'static str,
    files: BTreeMap<String, String>,
    /// Sha-256 of this file, taken with zeros in its place.
    sha256: &'static str,
}

/// Checks the coverage and merges. The directory is owned meanwhile, if the sweep does not own it already.
///
/// # Errors
/// [`SweepError::Missing`] without `partial`; [`SweepError::Less`] if nothing would be merged, or less than is merged
/// already; [`SweepError::Part`] for parts that are damaged, of another plan or build, or that two directories hold
/// with different bytes; [`SweepError::Store`] if somebody else owns the directory.
pub fn merge(sweep: &Sweep, merging: &Merging) -> Result<Finished, SweepError> {
    let _lock = if sweep.owns() { None } else { Some(Lock::whole(&sweep.directory)?) };
    let chosen = choose(sweep, merging)?;
    never_less(sweep, &chosen)?;
    let mut directory = RunDirectory::open(&sweep.directory);
    // While tables are replaced, no manifest vouches for them.
    let manifest = directory.path.join("manifest.json");
    disk::remove(&manifest).map_err(|e| SweepError::file(&manifest, e))?;
    let mut tally = Tally::new(sweep);
    let mut stopping = Stopping::new(sweep);
    let mut table = open_table(sweep, &directory.temporary(OUTCOMES))?;
    let mut buffer = Rows { range: 0..0, values: Vec::new() };
    let mut seconds = 0.0;
    for (part, side) in &chosen {
        seconds += side.seconds;
        let rows = part.read(sweep, side)?;
        let before = tally.replicates();
        tally.add(&rows, |t| stopping.look(t));
        let taken = (tally.replicates() - before) * sweep.width();
        buffer.values.extend_from_slice(&rows.values[..taken]);
        buffer.range.end = tally.replicates();
        flush(sweep, &mut table, &mut buffer, GROUP)?;
        if stopping.stopped().is_some() {
            break;
        }
    }
    flush(sweep, &mut table, &mut buffer, 1)?;
    table.close()?;
    directory.finish(OUTCOMES)?;
    experiments(sweep, &mut directory, &tally)?;
    directory.write("summary.csv", summary(sweep, &tally).as_bytes())?;
    let complete = tally.replicates() == sweep.plan.replicates || stopping.stopped().is_some();
    let files: BTreeMap<String, String> = directory.hashes().iter().cloned().collect();
    let outcomes = files[OUTCOMES].clone();
    let finished = Finished { complete, stopped: stopping.stopped(), seconds, outcomes, tally };
    let text = manifest_text(sweep, &directory, &finished, files)?;
    directory.write("manifest.json", text.as_bytes())?;
    if complete {
        // The names of the tables must last before the parts go.
        disk::sync_directory(&sweep.directory);
        let shards = sweep.directory.join(SHARDS);
        disk::remove_directory(&shards).map_err(|e| SweepError::file(&shards, e))?;
    }
    Ok(finished)
}

/// Refuses a merge of nothing, and one of less than is merged already: parts may be gone that were there.
fn never_less(sweep: &Sweep, chosen: &[(Part, Sidecar)]) -> Result<(), SweepError> {
    let less = |reason: String| Err(SweepError::Less { path: sweep.directory.clone(), reason });
    let replicates: usize = chosen.iter().map(|(_, side)| side.end - side.first).sum();
    if replicates == 0 {
        let reason = "no replicate stands before the first missing shard, which is shard 0: run it, then merge";
        return less(reason.to_owned());
    }
    let there = merged_replicates(&sweep.directory, &sweep.plan);
    if replicates >= there || stops_before(sweep, chosen)? {
        return Ok(());
    }
    less(format!(
        "{there} replicates are merged already, and the parts that are there now have {replicates}: nothing was \
         changed. `chokepoint status` says which shards are missing"
    ))
}

/// One whole part of every shard, up to the first missing one.
fn choose(sweep: &Sweep, merging: &Merging) -> Result<Vec<(Part, Sidecar)>, SweepError> {
    let own = sweep.directory.join(SHARDS);
    let places: Vec<&PathBuf> = std::iter::once(&own).chain(&merging.parts).collect();
    let mut chosen: Vec<Option<(Part, Sidecar)>> = Vec::new();
    for shard in 0..sweep.plan.shards {
        let mut found: Option<(Part, Sidecar)> = None;
        for place in &places {
            let part = Part::new(place, shard);
            let Some(side) = part.check(sweep)? else { continue };
            match &found {
                None => found = Some((part, side)),
                Some((first, other)) if other.sha256 != side.sha256 => {
                    let reason = format!(
                        "{} and {} differ: one of the two machines computes wrongly",
                        first.table().display(),
                        part.table().display()
                    );
                    return Err(SweepError::Part { shard, reason });
                }
                Some(_) => {}
            }
        }
        chosen.push(found);
    }
    let missing: Vec<usize> = (0..chosen.len()).filter(|i| chosen[*i].is_none()).collect();
    if missing.is_empty() || merging.partial {
        return Ok(chosen.into_iter().map_while(|part| part).collect());
    }
    // A stopping rule may leave the last shards undone: whether it is met shows when they are read.
    let chosen: Vec<(Part, Sidecar)> = chosen.into_iter().map_while(|part| part).collect();
    if stops_before(sweep, &chosen)? {
        return Ok(chosen);
    }
    Err(SweepError::Missing { missing, shards: sweep.plan.shards })
}

/// Whether the stopping rule is met within parts.
fn stops_before(sweep: &Sweep, chosen: &[(Part, Sidecar)]) -> Result<bool, SweepError> {
    if sweep.plan.until_half_width.is_none() {
        return Ok(false);
    }
    let (mut tally, mut stopping) = (Tally::new(sweep), Stopping::new(sweep));
    for (part, side) in chosen {
        tally.add(&part.read(sweep, side)?, |t| stopping.look(t));
        if stopping.stopped().is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes whole groups of at least `least` replicates.
fn flush(
    sweep: &Sweep,
    table: &mut Table,
    buffer: &mut Rows,
    least: usize,
) -> Result<(), StoreError> {
    while buffer.range.len() >= least {
        let first = buffer.range.start;
        let end = (first + GROUP).min(buffer.range.end);
        let rest = buffer.values.split_off((end - first) * sweep.width());
        let values = std::mem::replace(&mut buffer.values, rest);
        write_group(table, sweep, &Rows { range: first..end, values })?;
        buffer.range.start = end;
    }
    Ok(())
}

/// The table of sampled inputs: a row for each point that was run, values as the baseline has them.
fn experiments(
    sweep: &Sweep,
    directory: &mut RunDirectory,
    tally: &Tally,
) -> Result<(), StoreError> {
    let keys = sweep.points.keys();
    let columns: Vec<_> = std::iter::once(("experiment_id", Physical::INT32))
        .chain(keys.iter().map(|key| (key.as_str(), Physical::DOUBLE)))
        .collect();
    let meanings = keys.iter().filter_map(|key| Spec::find(key)).map(|(_, spec)| {
        let text = format!("{}: {}", spec.unit, spec.doc);
        parquet::file::metadata::KeyValue::new(format!("parameter.{}", spec.key), Some(text))
    });
    let path = directory.temporary(EXPERIMENTS);
    let mut table = Table::create(&path, &columns, meanings.collect())?;
    let points = if sweep.points.seeds_outside() {
        sweep.points.experiments().min(tally.replicates())
    } else {
        tally.replicates().div_ceil(sweep.plan.design.seeds_per_draw)
    };
    let base = &sweep.design.scenarios[0];
    let mut first = 0;
    while first < points {
        let range = first..(first + GROUP).min(points);
        let rows: Vec<Vec<f64>> =
            range.clone().map(|point| sweep.points.values(point, base)).collect();
        let ids = Values::Count(range.clone().map(|point| point as i32).collect());
        let column = |c: usize| Values::Number(rows.iter().map(|row| row[c]).collect());
        table.group(std::iter::once(ids).chain((0..keys.len()).map(column)).collect())?;
        first = range.end;
    }
    table.close()?;
    directory.finish(EXPERIMENTS)
}

/// The summary, with the columns of a comparison's.
fn summary(sweep: &Sweep, tally: &Tally) -> String {
    let mut text = summary_head();
    for (a, arm) in sweep.plan.arms.iter().enumerate() {
        for (c, column) in sweep.columns().iter().enumerate() {
            let key = row(&[&arm.arm.id, &column.name, column.unit, "", "", "all"]);
            summary_line(&mut text, &key, &tally.level(a, c), &tally.difference(a, c));
        }
    }
    text
}

fn manifest_text(
    sweep: &Sweep,
    directory: &RunDirectory,
    finished: &Finished,
    files: BTreeMap<String, String>,
) -> Result<String, StoreError> {
    let (version, commit, rustc) = program();
    let manifest = Manifest {
        schema: 1,
        kind: "sweep",
        run: &directory.id,
        program: "chokepoint",
        version,
        commit,
        rustc,
        plan: &sweep.plan.sha256,
        seed: sweep.plan.design.seed,
        replicates_wanted: sweep.plan.replicates,
        replicates: finished.tally.replicates(),
        complete: finished.complete,
        stopped_by_half_width: finished.stopped.is_some(),
        quantiles_from_replicates: finished.tally.replicates().min(KEPT),
        seconds_of_computing: finished.seconds,
        dollars: crate::outcome::Dollars::Of2019.label(),
        files,
        sha256: seal::BLANK,
    };
    Ok(seal::seal(&(serde_json::to_string_pretty(&manifest)? + "\n")))
}
