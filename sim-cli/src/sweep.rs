//! `sweep`: plan, run all shards here, merge.

use std::path::Path;
use std::time::Instant;

use sim_lab::store::takeover;
use sim_lab::sweep::{
    Changes, End, Merging, Onlooker, PLAN, Plan, Prepared, Sweep, Tally, Wish, merge, prepare,
    run_here,
};

use crate::args::{Global, overrides};
use crate::compare::threads;
use crate::failure::Failure;
use crate::out::errln;
use crate::progress::Progress;
use crate::sweep_args::{self, Session, What};
use crate::wrap::wrapped;
use crate::{interrupt, out, report, sweep_report};

/// Seconds a shard aims at here: what a kill can lose, and how long Ctrl-C may take.
const SECONDS: f64 = 10.0;

/// Plans and runs a sweep.
pub(crate) fn sweep(args: &sweep_args::Sweep, global: &Global) -> Result<(), Failure> {
    let threads = threads(args.session.threads);
    let prepared = read(&args.what, SECONDS, threads, global)?;
    sweep_report::announce(&prepared, threads, args.dry_run, global);
    if args.dry_run {
        return Ok(());
    }
    let directory = prepared.create(&args.what.file, args.out.as_deref())?;
    if args.out.is_none() {
        directory.point_latest()?;
    }
    let mut sweep = Sweep::open(&directory.path.join(PLAN))?;
    sweep.adopt(directory.into_lock());
    run(&sweep, &args.session, global)
}

/// Owns the directory of a sweep; what a crashed process left is taken over with a word.
pub(crate) fn own(sweep: &mut Sweep, global: &Global) -> Result<(), Failure> {
    let directory = sweep.directory.clone();
    taken_over(&directory, sweep.own()?, global);
    Ok(())
}

/// Says from whom a directory or a file is taken over, if its owner crashed.
pub(crate) fn taken_over(path: &Path, before: Option<&str>, global: &Global) {
    if let Some(before) = before.filter(|_| !global.quiet) {
        errln!("{}", wrapped("", &takeover(path.display(), before)));
    }
}

/// Reads and measures an experiment.
pub(crate) fn read(
    what: &What,
    seconds: f64,
    threads: usize,
    global: &Global,
) -> Result<Prepared, Failure> {
    let changes = Changes {
        set: overrides(&what.sets, what.ensemble.as_deref()),
        size: what.size.map(|n| n as usize),
        seed: what.seed,
        baseline: what.baseline.as_ref().map(|path| path.display().to_string()),
        until_half_width: what.until_half_width,
        command: out::command_words(),
    };
    let wish = Wish { shard_size: what.shard_size.map(|n| n as usize), seconds, threads };
    let prepared = pool(1)?.install(|| prepare(&what.file, &changes, wish))?;
    if !global.quiet && !prepared.warnings.is_empty() {
        report::print(&prepared.warnings, global.colour());
    }
    Ok(prepared)
}

/// A pool of threads.
pub(crate) fn pool(threads: usize) -> Result<rayon::ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|e| Failure::Other(format!("failed to start threads: {e}")))
}

/// Runs the shards that are not there, in their order, and merges.
pub(crate) fn run(sweep: &Sweep, session: &Session, global: &Global) -> Result<(), Failure> {
    let began = Instant::now();
    let path = sweep.directory.display().to_string();
    let (end, tally) = match shards(sweep, session, global) {
        Err(failure @ (Failure::Store(_) | Failure::Run(_))) if !global.quiet => {
            errln!("Finished shards are kept; when the cause is gone: chokepoint resume {path}");
            return Err(failure);
        }
        other => other?,
    };
    let wanted = sweep.plan.replicates;
    if tally.replicates() == 0 {
        return Err(Failure::Paused { directory: path, done: 0, wanted });
    }
    // Who ended with everything has no shard that may be missing.
    let partial = end != End::Complete;
    let merged = merge(sweep, &Merging { partial, ..Merging::default() })?;
    sweep_report::print(sweep, &merged, Some(began.elapsed().as_secs_f64()), global);
    match end {
        End::Stopped if !merged.complete => {
            Err(Failure::Paused { directory: path, done: tally.replicates(), wanted })
        }
        End::Time if !merged.complete && !global.quiet => {
            errln!("Stopped by --max-time; go on with: chokepoint resume {path}");
            Ok(())
        }
        _ => Ok(()),
    }
}

fn shards(sweep: &Sweep, session: &Session, global: &Global) -> Result<(End, Tally), Failure> {
    let stop = interrupt::catch("the shard in flight");
    let pool = pool(threads(session.threads))?;
    let progress = Progress::new(sweep.plan.replicates as u64, global.quiet);
    let onlooker = Onlooker {
        stop: &stop,
        tick: &|| progress.tick(),
        found: &|replicates| progress.found(replicates as u64),
        say: &|tally| progress.say(&sweep_report::answer(sweep, tally)),
        damaged: &|shard, reason| {
            if !global.quiet {
                errln!("shard {shard} is run again: {reason}");
            }
        },
    };
    let ended = run_here(sweep, &pool, session.max_time, &onlooker);
    progress.finish();
    Ok(ended?)
}

/// The manifest of a sweep that is named by directory or manifest.
pub(crate) fn manifest(named: &Path) -> std::path::PathBuf {
    if named.is_dir() { named.join(PLAN) } else { named.to_owned() }
}

/// Shards in words.
pub(crate) fn shards_of(plan: &Plan) -> String {
    let plural = if plan.shards == 1 { "" } else { "s" };
    format!("{} shard{plural} of {} replicates", plan.shards, plan.shard_size)
}
