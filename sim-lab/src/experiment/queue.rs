//! Replicates in their order, played by all threads of a pool at once.
//!
//! Invariant: whoever plays a replicate and whenever it ends, batches are handed out whole and in order, and nobody is
//! more than a window ahead of the last one handed out.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::{BATCH, RunError};

/// Replicates to be played, and those that wait for their batch.
pub(super) struct Queue<'a, T, E, F> {
    replicates: usize,
    /// How far ahead of the first replicate that was not handed out a batch may begin.
    window: usize,
    stop: &'a AtomicBool,
    desk: Mutex<Desk<T, E, F>>,
    /// Rung when a batch was handed out, and when none will be any more.
    bell: Condvar,
}

struct Desk<T, E, F> {
    /// The replicate that nobody has taken yet.
    next: usize,
    /// The first replicate that was not handed out.
    first: usize,
    waiting: BTreeMap<usize, Result<T, RunError>>,
    done: F,
    failed: Option<E>,
    /// A replicate was lost in a panic: its batch never ends.
    lost: bool,
}

impl<'a, T, E, F> Queue<'a, T, E, F>
where
    E: From<RunError>,
    F: FnMut(usize, Vec<T>) -> Result<(), E>,
{
    pub(super) fn new(replicates: usize, threads: usize, stop: &'a AtomicBool, done: F) -> Self {
        let desk =
            Desk { next: 0, first: 0, waiting: BTreeMap::new(), done, failed: None, lost: false };
        // Wide enough that every thread has a replicate while the last one of a batch is played.
        let window = BATCH * (1 + threads.div_ceil(BATCH));
        Self { replicates, window, stop, desk: Mutex::new(desk), bell: Condvar::new() }
    }

    /// Plays until nothing is left to take: what each thread does.
    pub(super) fn work(&self, play: impl Fn(usize) -> Result<T, RunError>) {
        let _leaver = Leaver(self);
        while let Some(replicate) = self.take() {
            self.give(replicate, play(replicate));
        }
    }

    fn desk(&self) -> MutexGuard<'_, Desk<T, E, F>> {
        self.desk.lock().expect("nobody panics at the desk")
    }

    /// The next replicate to be played. None where all are taken, something has failed, or a stop was asked for and a
    /// batch would begin. Waits where a batch would begin beyond the window.
    fn take(&self) -> Option<usize> {
        let begins = |desk: &Desk<T, E, F>| desk.next.is_multiple_of(BATCH);
        let over = |desk: &Desk<T, E, F>| {
            desk.next == self.replicates
                || desk.failed.is_some()
                || desk.lost
                || begins(desk) && self.stop.load(Ordering::Relaxed)
        };
        let ahead = |desk: &mut Desk<T, E, F>| {
            !over(desk) && begins(desk) && desk.next >= desk.first + self.window
        };
        let mut desk = self.bell.wait_while(self.desk(), ahead).expect("nobody panics at the desk");
        if over(&desk) {
            return None;
        }
        desk.next += 1;
        Some(desk.next - 1)
    }

    /// Takes a replicate back, and hands out the batch that it completes. Threads wait for each other here, so a slow
    /// `done` holds them up.
    fn give(&self, replicate: usize, played: Result<T, RunError>) {
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
            self.bell.notify_all();
        }
    }

    /// How many replicates were handed out, or the first error in their order.
    pub(super) fn end(self) -> Result<usize, E> {
        let desk = self.desk.into_inner().expect("nobody panics at the desk");
        desk.failed.map_or(Ok(desk.first), Err)
    }
}

/// A thread at its work. Where it leaves in a panic, nobody must wait for its replicate.
struct Leaver<'q, 'a, T, E, F>(&'q Queue<'a, T, E, F>);

impl<T, E, F> Drop for Leaver<'_, '_, T, E, F> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.desk.lock().unwrap_or_else(PoisonError::into_inner).lost = true;
            self.0.bell.notify_all();
        }
    }
}
