//! Which assumption decides a comparison: what its headlines move with most over replicates, for the screen and the brief.
//!
//! Invariant: what chance alone would give is not named.

use sim_core::scenario::param::SPECS;

use crate::outcome::{HEADLINES, Headline};
use crate::results::Results;
use sim_stats::drivers::{Driver, ranked, threshold};

/// Headlines that are asked about.
const ASKED: [&str; 2] = ["us-revenue-world", "lead-logic"];
/// Fewer replicates say nothing about some fifty parameters.
pub const FEWEST: usize = 50;

/// For each headline that is asked about: the parameter with which its difference from the baseline moves most under a
/// scenario, by rank correlation. `drawn` has a key and a value by replicate for each parameter that varies.
pub fn movers(
    results: &Results,
    scenario: usize,
    drawn: &[(&'static str, Vec<f64>)],
) -> Vec<(&'static Headline, Driver)> {
    let least = threshold(results.replicates(), SPECS.len());
    ASKED
        .iter()
        .filter_map(|id| {
            let headline = &HEADLINES[Headline::find(id)?];
            let first = ranked(drawn, &results.difference(scenario, id)).into_iter().next()?;
            (first.correlation.abs() > least).then_some((headline, first))
        })
        .collect()
}
