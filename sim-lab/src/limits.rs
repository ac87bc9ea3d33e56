//! What is refused before it starts: more runs than anybody waits for, more memory than the machine has.
//!
//! Invariant: a refusal names the figure, the limit and what to change.

use sim_core::scenario::Scenario;

/// Most runs of a comparison or sweep.
pub const MOST_RUNS: u64 = 1_000_000_000;
/// Bytes that a pair of a line and a product takes while a replicate runs; measured on large synthetic worlds
/// (docs/scale.md), rounded up.
const BYTES_A_PAIR: u64 = 500;
/// Bytes that a line takes.
const BYTES_A_LINE: u64 = 1000;
/// Bytes of the program without any world.
const BYTES_AT_REST: u64 = 40_000_000;

/// Why something is not started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
    /// Too many runs.
    #[error(
        "{runs} runs ({scenarios} scenarios \u{d7} {replicates} replicates), but at most {MOST_RUNS}: \
         take fewer replicates, points or scenarios"
    )]
    Runs {
        /// Runs in all.
        runs: u64,
        /// Scenarios of a replicate.
        scenarios: u64,
        /// Replicates.
        replicates: u64,
    },
    /// Too much memory.
    #[error(
        "about {} MB of memory ({pairs} pairs of line and product in each of {threads} threads), but this \
         machine has {} MB: take fewer threads, or smaller tables",
        needed >> 20,
        there >> 20
    )]
    Memory {
        /// Bytes, estimated.
        needed: u64,
        /// Bytes of the machine.
        there: u64,
        /// Pairs of a line and a product that it can buy.
        pairs: u64,
        /// Threads.
        threads: u64,
    },
}

/// Refuses what is too large for anybody or for this machine.
///
/// # Errors
/// [`TooLarge`].
pub fn check(scenarios: &[&Scenario], replicates: usize, threads: usize) -> Result<(), TooLarge> {
    check_on(machine(), scenarios, replicates, threads)
}

/// [`check`] on a machine with some bytes of memory, if that is known.
fn check_on(
    there: Option<u64>,
    scenarios: &[&Scenario],
    replicates: usize,
    threads: usize,
) -> Result<(), TooLarge> {
    let (count, replicates) = (scenarios.len() as u64, replicates as u64);
    let runs = count.saturating_mul(replicates);
    if runs > MOST_RUNS {
        return Err(TooLarge::Runs { runs, scenarios: count, replicates });
    }
    let threads = threads.max(1) as u64;
    let largest = scenarios.iter().max_by_key(|scenario| a_world(scenario));
    let (Some(there), Some(largest)) = (there, largest) else { return Ok(()) };
    let needed = a_world(largest).saturating_mul(threads).saturating_add(BYTES_AT_REST);
    if needed > there {
        return Err(TooLarge::Memory { needed, there, pairs: pairs(largest), threads });
    }
    Ok(())
}

/// Bytes of a world, estimated.
fn a_world(scenario: &Scenario) -> u64 {
    let lines = scenario.tables.lines.len() as u64;
    let pairs = pairs(scenario).saturating_mul(BYTES_A_PAIR);
    lines.saturating_mul(BYTES_A_LINE).saturating_add(pairs)
}

/// Pairs of a line and a product of a segment that its kind of buyer buys: an upper bound.
fn pairs(scenario: &Scenario) -> u64 {
    let tables = &scenario.tables;
    let per_segment = |segment: &sim_core::scenario::tables::Segment| {
        let lines = tables.lines.iter().filter(|line| line.kind == segment.buyers).count() as u64;
        let products = tables.products.iter().filter(|p| p.segment == segment.id).count() as u64;
        lines.saturating_mul(products)
    };
    tables.segments.iter().map(per_segment).sum()
}

/// Bytes of memory of this machine, where the system says so.
fn machine() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes << 10)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn baseline() -> Scenario {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/baseline.toml");
        crate::library::load(&path, &[]).expect("it is valid").scenario
    }

    #[test]
    fn the_shipped_world_fits_and_a_larger_one_is_refused_with_its_figures() {
        let scenario = baseline();
        // 9,169 pairs exist in the calibrated world; what is counted here is an upper bound of them.
        assert!((9_169..40_000).contains(&pairs(&scenario)), "{}", pairs(&scenario));
        assert_eq!(check_on(Some(4 << 30), &[&scenario], 200, 2), Ok(()));
        let refused = check_on(Some(40_000_000), &[&scenario], 200, 2);
        let Err(TooLarge::Memory { needed, there, .. }) = refused else { panic!("{refused:?}") };
        assert!(needed > there);
        assert_eq!(check_on(None, &[&scenario], 200, 2), Ok(()));
    }

    #[test]
    fn more_runs_than_the_limit_are_refused() {
        let scenario = baseline();
        let pair = [&scenario, &scenario];
        assert_eq!(check_on(None, &pair, 500_000_000, 1), Ok(()));
        let refused = check_on(None, &pair, 500_000_001, 1).map_err(|e| e.to_string());
        let said = refused.expect_err("it is too much");
        assert!(said.starts_with("1000000002 runs (2 scenarios × 500000001 replicates)"), "{said}");
        assert!(check_on(None, &pair, usize::MAX, 1).is_err());
    }
}
