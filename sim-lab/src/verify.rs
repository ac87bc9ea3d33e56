//! Verifying a run: its files against their hashes, and its numbers against the model, played again.
//!
//! Invariant: a value is the same only if all its bits are.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use crate::experiment::{Design, RunError};
use crate::library::sha256_of_file;
use crate::random::{Stream, Use};
use crate::store::table::Reading;
use crate::store::{GROUP, RunFacts, StoreError, disk};

/// The column `value` of `outcomes.parquet`.
const VALUE: usize = 8;

/// What became of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// Replicates played again.
    pub replicates: usize,
    /// Values compared.
    pub values: usize,
    /// Replicates with a value that is not the stored one, each with the number of such values.
    pub differ: Vec<(usize, usize)>,
}

/// Files of a run that are gone or not what its manifest says.
///
/// # Errors
/// If a file cannot be read.
pub fn changed_files(run: &Path, facts: &RunFacts) -> Result<Vec<String>, StoreError> {
    let mut changed = Vec::new();
    for (name, wanted) in &facts.files {
        let path = run.join(name);
        match sha256_of_file(&path) {
            Ok(hash) if hash == *wanted => {}
            Ok(_) => changed.push(name.clone()),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => changed.push(name.clone()),
            Err(source) => return Err(StoreError::File { path, source }),
        }
    }
    Ok(changed)
}

/// A sample of replicates without repetition, ascending: all of them if `wanted` is no less. The seed makes it the same
/// sample each time.
pub fn sample(replicates: usize, wanted: usize, seed: u64) -> Vec<usize> {
    let mut all: Vec<usize> = (0..replicates).collect();
    if wanted < replicates {
        let mut stream = Stream::new(seed, Use::Sample, 0, 0);
        for i in 0..wanted {
            let j = i + stream.below(replicates - i);
            all.swap(i, j);
        }
        all.truncate(wanted);
        all.sort_unstable();
    }
    all
}

/// Plays replicates again and compares every value of `outcomes.parquet`.
///
/// # Errors
/// If a replicate cannot be played.
pub fn replay(
    run: &Path,
    design: &Design,
    replicates: &[usize],
    stop: &AtomicBool,
    tick: &(dyn Fn() + Sync),
) -> Result<Verdict, VerifyError> {
    let path = run.join("outcomes.parquet");
    let bytes =
        disk::read(&path).map_err(|source| StoreError::File { path: path.clone(), source })?;
    let table = Reading::of(&path, bytes)?;
    let one = |r: &usize| -> Result<Option<(usize, usize, usize)>, VerifyError> {
        if stop.load(std::sync::atomic::Ordering::Relaxed) {
            return Ok(None);
        }
        let played = design.replicate(*r)?;
        let values: Vec<f64> = played
            .records
            .iter()
            .flat_map(|record| record.quarterly.iter().chain(&record.yearly))
            .copied()
            .collect();
        let stored = table.numbers(r / GROUP, VALUE)?;
        let from = (r % GROUP) * values.len();
        let stored = stored.get(from..from + values.len()).unwrap_or(&[]);
        let same = values.iter().zip(stored).filter(|(a, b)| a.to_bits() == b.to_bits()).count();
        tick();
        Ok(Some((*r, values.len(), values.len() - same)))
    };
    let done: Vec<_> = replicates.par_iter().map(one).collect::<Result<_, _>>()?;
    let mut verdict = Verdict::default();
    for (replicate, values, differ) in done.into_iter().flatten() {
        verdict.replicates += 1;
        verdict.values += values;
        if differ > 0 {
            verdict.differ.push((replicate, differ));
        }
    }
    Ok(verdict)
}

/// Why a run cannot be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// A replicate failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A file cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_no_repetition_and_stay_the_same() {
        let some = sample(200, 5, 1);
        assert_eq!(some.len(), 5);
        assert!(some.windows(2).all(|pair| pair[0] < pair[1]) && some[4] < 200);
        assert_eq!(some, sample(200, 5, 1));
        assert_ne!(some, sample(200, 5, 2));
        assert_eq!(sample(3, 5, 1), [0, 1, 2]);
    }
}
