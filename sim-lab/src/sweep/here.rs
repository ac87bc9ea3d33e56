//! A sweep on this machine: all shards that are not there, in their order, on one pool of threads.
//!
//! Invariant: the shards are the cluster's; whoever stops this loses at most the shard in flight.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::error::SweepError;
use super::part::{Part, SHARDS};
use super::session::{Rows, Sweep};
use super::stopping::Stopping;
use super::tally::Tally;

/// How somebody watches a session, and stops it.
pub struct Onlooker<'a> {
    /// Looked at before each shard.
    pub stop: &'a AtomicBool,
    /// Called after each replicate.
    pub tick: &'a (dyn Fn() + Sync),
    /// Called with the number of replicates of a shard that was there already.
    pub found: &'a dyn Fn(usize),
    /// Called with the statistics so far after each shard.
    pub say: &'a dyn Fn(&Tally),
    /// Called with the number of a damaged shard, which is run again, and what is wrong with it.
    pub damaged: &'a dyn Fn(usize, &str),
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Everything is there, or the stopping rule was met.
    Complete,
    /// The time was over.
    Time,
    /// It was stopped.
    Stopped,
}

/// Runs a sweep on a pool for at most some time; a session runs at least one shard.
///
/// # Errors
/// [`SweepError`]; finished shards are kept.
pub fn run_here(
    sweep: &Sweep,
    pool: &rayon::ThreadPool,
    most: Option<Duration>,
    onlooker: &Onlooker,
) -> Result<(End, Tally), SweepError> {
    let began = Instant::now();
    let (mut tally, mut stopping) = (Tally::new(sweep), Stopping::new(sweep));
    let mut longest = Duration::ZERO;
    for shard in 0..sweep.plan.shards {
        let part = Part::new(&sweep.directory.join(SHARDS), shard);
        let rows = if let Some(rows) = found(sweep, &part, shard, onlooker)? {
            (onlooker.found)(rows.range.len());
            rows
        } else {
            if onlooker.stop.load(Ordering::Relaxed) {
                return Ok((End::Stopped, tally));
            }
            // The next shard takes about as long as the longest so far.
            let after = began.elapsed() + longest;
            if !longest.is_zero() && most.is_some_and(|most| after > most) {
                return Ok((End::Time, tally));
            }
            let start = Instant::now();
            let (rows, _) = pool.install(|| part.run(sweep, onlooker.tick))?;
            longest = longest.max(start.elapsed());
            rows
        };
        tally.add(&rows, |t| stopping.look(t));
        (onlooker.say)(&tally);
        if stopping.stopped().is_some() {
            break;
        }
    }
    Ok((End::Complete, tally))
}

/// The part of an earlier session, if it is whole. One that is damaged is told and taken away.
fn found(
    sweep: &Sweep,
    part: &Part,
    shard: usize,
    onlooker: &Onlooker,
) -> Result<Option<Rows>, SweepError> {
    let rows = match part.check(sweep) {
        Ok(None) => return Ok(None),
        Ok(Some(side)) => part.read(sweep, &side),
        Err(error) => Err(error),
    };
    match rows {
        Ok(rows) => Ok(Some(rows)),
        Err(SweepError::Part { reason, .. }) => {
            (onlooker.damaged)(shard, &reason);
            part.remove()?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
