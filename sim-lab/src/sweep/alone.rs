//! One shard alone, on any machine that sees the plan: what `run-shard` and the Python package do.

use std::path::Path;

use super::error::SweepError;
use super::part::{Part, SHARDS, Sidecar};
use super::session::Sweep;
use super::status::finished;
use crate::store::{Lock, takeover};

/// What became of a shard.
#[derive(Debug)]
pub enum Shard {
    /// It was run.
    Done(Sidecar),
    /// Its part was there already.
    There(Sidecar),
    /// The sweep is merged and complete: there is nothing to run.
    Merged,
}

/// Runs a shard on the threads of the caller, unless its part is there. Other shards may run meanwhile, and in `parts`, if
/// given, whatever becomes of the sweep's directory; `say` is told what a person should know.
///
/// # Errors
/// As of [`Part::run`]; [`SweepError::Store`] if somebody owns the sweep as a whole.
pub fn run_shard(
    sweep: &Sweep,
    parts: Option<&Path>,
    shard: usize,
    say: &dyn Fn(&str),
) -> Result<Shard, SweepError> {
    let own = sweep.directory.join(SHARDS);
    // A merge would take the parts away that are written now. Elsewhere it only reads.
    let _shared = match parts {
        None => Some(Lock::shared(&sweep.directory)?),
        Some(_) => None,
    };
    if parts.is_none() && finished(&sweep.directory) {
        return Ok(Shard::Merged);
    }
    let part = Part::new(parts.unwrap_or(&own), shard);
    let lock = part.own(say)?;
    if let Some(before) = lock.as_ref().and_then(Lock::taken_over) {
        say(&takeover(format_args!("shard {shard}"), before));
    }
    match part.check(sweep) {
        Ok(Some(side)) => return Ok(Shard::There(side)),
        Ok(None) => {}
        Err(error) => {
            // What is there is no whole part of this plan.
            say(&format!("{error}: it is run again"));
            part.remove()?;
        }
    }
    let (_, side) = part.run(sweep, &|| {})?;
    Ok(Shard::Done(side))
}
