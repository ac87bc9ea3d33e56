//! `sweep`: plan, run all shards here, merge.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Instant;

use sim_lab::store::RunDirectory;
use sim_lab::sweep::{
    Changes, Merging, PLAN, Part, Plan, Prepared, Rows, SHARDS, Stopping, Sweep, SweepError, Tally,
    Wish, merge, prepare,
};

use crate::args::{Global, overrides};
use crate::compare::{OUTPUTS, threads};
use crate::failure::Failure;
use crate::progress::Progress;
use crate::sweep_args::{self, Session, What};
use crate::{interrupt, report, sweep_report};

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
    let directory = create(&args.what, args.out.as_deref(), prepared)?;
    if args.out.is_none() {
        directory.point_latest()?;
    }
    let sweep = Sweep::open(&directory.path.join(PLAN))?;
    run(&sweep, &args.session, global)
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
        until_half_width: what.until_half_width,
        command: std::env::args().skip(1).collect(),
    };
    let wish = Wish { shard_size: what.shard_size.map(|n| n as usize), seconds, threads };
    let prepared = pool(1)?.install(|| prepare(&what.file, &changes, wish))?;
    if !global.quiet && !prepared.warnings.is_empty() {
        eprintln!("{}", report::render(&prepared.warnings, global.colour()));
    }
    Ok(prepared)
}

/// Writes plan and inputs into a new directory.
pub(crate) fn create(
    what: &What,
    out: Option<&Path>,
    prepared: Prepared,
) -> Result<RunDirectory, Failure> {
    let slug = what.file.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    let mut directory =
        RunDirectory::create(Path::new(OUTPUTS), out, &slug, &prepared.plan.experiment)?;
    prepared.write(&mut directory)?;
    Ok(directory)
}

/// A pool of threads.
pub(crate) fn pool(threads: usize) -> Result<rayon::ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|e| Failure::Other(format!("failed to start threads: {e}")))
}

/// Why a session ended.
enum End {
    /// Everything is there, or the stopping rule was met.
    Complete,
    /// `--max-time`.
    Time,
    /// Ctrl-C.
    Interrupted,
}

/// Runs the shards that are not there, in their order, and merges.
pub(crate) fn run(sweep: &Sweep, session: &Session, global: &Global) -> Result<(), Failure> {
    let began = Instant::now();
    let path = sweep.directory.display().to_string();
    let (end, tally) = match shards(sweep, session, global, began) {
        Err(failure @ (Failure::Store(_) | Failure::Run(_))) if !global.quiet => {
            eprintln!("Finished shards are kept; when the cause is gone: chokepoint resume {path}");
            return Err(failure);
        }
        other => other?,
    };
    let wanted = sweep.plan.replicates;
    if tally.replicates() == 0 {
        return Err(Failure::Paused { directory: path, done: 0, wanted });
    }
    let merged = merge(sweep, &Merging { partial: true, ..Merging::default() })?;
    sweep_report::print(sweep, &merged, Some(began.elapsed().as_secs_f64()), global);
    match end {
        End::Interrupted if !merged.complete => {
            Err(Failure::Paused { directory: path, done: tally.replicates(), wanted })
        }
        End::Time if !merged.complete && !global.quiet => {
            eprintln!("Stopped by --max-time; go on with: chokepoint resume {path}");
            Ok(())
        }
        _ => Ok(()),
    }
}

fn shards(
    sweep: &Sweep,
    session: &Session,
    global: &Global,
    began: Instant,
) -> Result<(End, Tally), Failure> {
    let stop = interrupt::catch("the shard in flight");
    let pool = pool(threads(session.threads))?;
    let progress = Progress::new(sweep.plan.replicates as u64, global.quiet);
    let (mut tally, mut stopping) = (Tally::new(sweep), Stopping::new(sweep));
    let mut end = End::Complete;
    let mut longest = 0.0_f64;
    for shard in 0..sweep.plan.shards {
        let part = Part::new(&sweep.directory.join(SHARDS), shard);
        let rows = if let Some(rows) = found(sweep, &part, shard, global)? {
            progress.found(rows.range.len() as u64);
            rows
        } else {
            if stop.load(Ordering::Relaxed) {
                end = End::Interrupted;
                break;
            }
            // The next shard takes about as long as the longest so far; a session runs at least one.
            let after = began.elapsed().as_secs_f64() + longest;
            if longest > 0.0 && session.max_time.is_some_and(|t| after > t.as_secs_f64()) {
                end = End::Time;
                break;
            }
            let start = Instant::now();
            let rows = pool.install(|| -> Result<Rows, SweepError> {
                let rows = sweep.rows(sweep.plan.range(shard), &|| progress.tick())?;
                part.write(sweep, &rows, start.elapsed().as_secs_f64())?;
                Ok(rows)
            })?;
            longest = longest.max(start.elapsed().as_secs_f64());
            rows
        };
        tally.add(&rows, |t| stopping.look(t));
        progress.say(sweep_report::answer(sweep, &tally));
        if stopping.stopped().is_some() {
            break;
        }
    }
    progress.finish();
    Ok((end, tally))
}

/// The part of an earlier session. One that is damaged is told and run again.
fn found(
    sweep: &Sweep,
    part: &Part,
    shard: usize,
    global: &Global,
) -> Result<Option<Rows>, Failure> {
    let rows = match part.check(sweep) {
        Ok(None) => return Ok(None),
        Ok(Some(side)) => part.read(sweep, &side),
        Err(error) => Err(error),
    };
    match rows {
        Ok(rows) => Ok(Some(rows)),
        Err(SweepError::Part { reason, .. }) => {
            if !global.quiet {
                eprintln!("shard {shard} is run again: {reason}");
            }
            part.remove()?;
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
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
