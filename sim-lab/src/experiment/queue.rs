//! Replicates in their order, played by all threads of a pool at once.
//!
//! Invariant: whoever plays a replicate and whenever it ends, batches are handed out whole and in order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};

use super::{BATCH, RunError};

/// Replicates to be played, and those that wait for their batch.
pub(super) struct Queue<'a, T, E, F> {
    replicates: usize,
    stop: &'a AtomicBool,
    desk: Mutex<Desk<T, E, F>>,
}

struct Desk<T, E, F> {
    /// The replicate that nobody has taken yet.
    next: usize,
    /// The first replicate that was not handed out.
    first: usize,
    waiting: BTreeMap<usize, Result<T, RunError>>,
    done: F,
    failed: Option<E>,
}

impl<'a, T, E, F> Queue<'a, T, E, F>
where
    E: From<RunError>,
    F: FnMut(usize, Vec<T>) -> Result<(), E>,
{
    pub(super) fn new(replicates: usize, stop: &'a AtomicBool, done: F) -> Self {
        let desk = Desk { next: 0, first: 0, waiting: BTreeMap::new(), done, failed: None };
        Self { replicates, stop, desk: Mutex::new(desk) }
    }

    fn desk(&self) -> MutexGuard<'_, Desk<T, E, F>> {
        self.desk.lock().expect("nobody panics at the desk")
    }

    /// The next replicate to be played. None where all are taken, something has failed, or a stop was asked for and a
    /// batch would begin.
    pub(super) fn take(&self) -> Option<usize> {
        let mut desk = self.desk();
        let replicate = desk.next;
        let stopped = replicate.is_multiple_of(BATCH) && self.stop.load(Ordering::Relaxed);
        if replicate == self.replicates || stopped || desk.failed.is_some() {
            return None;
        }
        desk.next += 1;
        Some(replicate)
    }

    /// Takes a replicate back, and hands out the batch that it completes. Threads wait for each other here, so a slow
    /// `done` holds them up. A slow replicate does not: later ones wait for it, without a limit.
    pub(super) fn give(&self, replicate: usize, played: Result<T, RunError>) {
        let mut desk = self.desk();
        desk.waiting.insert(replicate, played);
        while desk.failed.is_none() && desk.first < self.replicates {
            let batch = desk.first..(desk.first + BATCH).min(self.replicates);
            if !batch.clone().all(|r| desk.waiting.contains_key(&r)) {
                break;
            }
            let (first, last) = (batch.start, batch.end);
            let rest = desk.waiting.split_off(&last);
            let batch = std::mem::replace(&mut desk.waiting, rest);
            let played: Result<Vec<T>, RunError> = batch.into_values().collect();
            let handed = played.map_err(E::from).and_then(|batch| (desk.done)(first, batch));
            match handed {
                Ok(()) => desk.first = last,
                Err(error) => desk.failed = Some(error),
            }
        }
    }

    /// How many replicates were handed out, or the first error in their order.
    pub(super) fn end(self) -> Result<usize, E> {
        let desk = self.desk.into_inner().expect("nobody panics at the desk");
        desk.failed.map_or(Ok(desk.first), Err)
    }
}
