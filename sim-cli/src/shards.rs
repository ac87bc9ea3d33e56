//! `plan`, `run-shard`, `status`, `merge`: the steps of a sweep one by one, for clusters.

use std::path::Path;

use sim_lab::sweep::{self as lab, Merging, PLAN, Shard, State, Sweep};

use crate::args::Global;
use crate::failure::Failure;
use crate::out::{errln, outln};
use crate::places::existing;
use crate::sweep::{manifest, own, pool, read, shards_of};
use crate::sweep_args::{Merge, Plan, RunShard, Status};
use crate::wrap::wrapped;
use crate::{events, sweep_report};

/// Seconds a shard aims at: long against a scheduler's overhead, short against a lost node.
const SECONDS: f64 = 60.0;
/// Where schedulers put the number of a task.
const INDEX: [&str; 3] = ["HQ_TASK_ID", "SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX"];

/// Cuts a sweep into shards and writes its plan.
pub(crate) fn plan(args: &Plan, global: &Global) -> Result<(), Failure> {
    let prepared = read(&args.what, SECONDS, 1, global)?;
    sweep_report::announce(&prepared, 1, false, global);
    let (shards, size) = (prepared.plan.shards, prepared.plan.shard_size);
    let directory = prepared.create(&args.what.file, args.out.as_deref())?;
    let path = directory.path.join(PLAN).display().to_string();
    if global.json {
        let line = serde_json::json!({
            "manifest": path, "shards": shards, "shard_size": size,
        });
        events::print("planned", &line);
    } else {
        outln!("{path}");
    }
    if !global.quiet {
        let last = shards - 1;
        errln!("Run shards 0 to {last} anywhere, then merge:");
        errln!("  chokepoint run-shard --manifest {path} --index I");
        errln!("  chokepoint merge {}", directory.path.display());
    }
    Ok(())
}

/// Runs one shard.
pub(crate) fn run_shard(args: &RunShard, global: &Global) -> Result<(), Failure> {
    let index = index(args)?;
    let sweep = Sweep::open(&manifest(&existing(&args.manifest)?))?;
    if index >= sweep.plan.shards {
        let last = sweep.plan.shards - 1;
        return Err(Failure::Other(format!("there is no shard {index}: they go from 0 to {last}")));
    }
    let quiet = global.quiet;
    let say = |words: &str| {
        if !quiet {
            errln!("{}", wrapped("", words));
        }
    };
    let pool = pool(usize::from(args.threads))?;
    let ran = pool.install(|| lab::run_shard(&sweep, args.parts.as_deref(), index, &say))?;
    let (side, again) = match ran {
        Shard::Done(side) => (side, false),
        Shard::There(side) => (side, true),
        Shard::Merged => {
            say(&format!("{} is merged: there is nothing to run", sweep.directory.display()));
            return Ok(());
        }
    };
    if global.json {
        let line = serde_json::json!({
            "shard": index, "first": side.first, "end": side.end,
            "sha256": side.sha256, "seconds": side.seconds, "was_there": again,
        });
        events::print("shard", &line);
    } else if !global.quiet {
        let how = if again { "was there already" } else { "is done" };
        errln!(
            "shard {index} of {} {how}: replicates {}\u{2013}{}, {:.1} s",
            sweep.plan.shards,
            side.first,
            side.end - 1,
            side.seconds
        );
    }
    Ok(())
}

fn index(args: &RunShard) -> Result<usize, Failure> {
    if let Some(index) = args.index {
        return Ok(index);
    }
    let set = INDEX.iter().find_map(|name| Some((name, std::env::var(name).ok()?)));
    let Some((name, text)) = set else {
        return Err(Failure::Other(format!(
            "no shard is named: give --index, or set {}",
            INDEX.join(" or ")
        )));
    };
    text.trim()
        .parse()
        .map_err(|_| Failure::Other(format!("{name}={text} is no number of a shard")))
}

/// Says how far a sweep is.
pub(crate) fn status(args: &Status, global: &Global) -> Result<(), Failure> {
    let path = manifest(&existing(&args.sweep)?);
    if is_merged(&path) {
        say_status(&serde_json::json!({"finished": true}), "finished and merged", global);
        return Ok(());
    }
    let sweep = Sweep::open(&path)?;
    let status = lab::status(&sweep)?;
    let open = status.open();
    let done = sweep.plan.shards - open.len();
    let facts = serde_json::json!({
        "finished": false, "shards": sweep.plan.shards, "done": done, "open": open,
        "replicates": status.replicates, "seconds": status.seconds,
    });
    let words = format!(
        "{done} of {} done: {} of {} replicates, {:.0} s of computing",
        shards_of(&sweep.plan),
        status.replicates,
        sweep.plan.replicates,
        status.seconds
    );
    say_status(&facts, &words, global);
    for (shard, state) in status.shards.iter().enumerate() {
        if let State::Bad(reason) = state {
            errln!("shard {shard}: {reason}");
        }
    }
    if open.is_empty() {
        return Ok(());
    }
    Err(Failure::Check(format!("{} shards are open: {}", open.len(), ranges(&open))))
}

/// Whether the sweep of a manifest is merged and complete.
fn is_merged(path: &Path) -> bool {
    path.is_file() && path.parent().is_some_and(lab::finished)
}

fn say_status(facts: &serde_json::Value, words: &str, global: &Global) {
    if global.json {
        events::print("status", facts);
    } else {
        outln!("{words}");
    }
}

/// `0-3,7,9-11`: the form that array jobs take.
fn ranges(numbers: &[usize]) -> String {
    numbers
        .chunk_by(|a, b| a + 1 == *b)
        .map(|run| match run {
            [one] => one.to_string(),
            _ => format!("{}-{}", run[0], run[run.len() - 1]),
        })
        .collect::<Vec<_>>()
        .join(",")
}

/// Checks the coverage and merges.
pub(crate) fn merge(args: &Merge, global: &Global) -> Result<(), Failure> {
    let path = manifest(&existing(&args.sweep)?);
    let merged_already = || {
        if is_merged(&path) {
            return Err(Failure::Other(format!("{} is merged already", args.sweep.display())));
        }
        Ok(())
    };
    merged_already()?;
    let mut sweep = Sweep::open(&path)?;
    own(&mut sweep, global)?;
    // Somebody may have merged it since the first look.
    merged_already()?;
    let merging = Merging { parts: args.parts.clone(), partial: args.partial };
    let merged = lab::merge(&sweep, &merging)?;
    sweep_report::print(&sweep, &merged, None, global);
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn open_shards_read_as_an_array() {
        assert_eq!(super::ranges(&[0, 1, 2, 5, 7, 8]), "0-2,5,7-8");
    }
}
