//! Latin hypercube in blocks: each block is a complete Latin hypercube, so a sweep that stops after any block
//! is balanced in every factor.
//!
//! Invariant: blocks are independent of each other and of their number.
//!
//! Reference: McKay, Beckman & Conover (1979), Technometrics 21.

use serde::Serialize;

use crate::random::{Stream, Use};

/// A Latin hypercube in blocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LatinHypercube {
    /// Number of factors.
    pub factors: usize,
    /// Rows of a block = strata of each factor within it.
    pub block: usize,
    /// Number of blocks.
    pub blocks: usize,
    /// Seed.
    pub seed: u64,
}

impl LatinHypercube {
    /// `(π(i) + u) / n` in each column: `π` a random order of the block's rows, `u` uniform.
    pub(super) fn row(&self, row: usize) -> Vec<f64> {
        let (block, place) = ((row / self.block) as u64, row % self.block);
        (0..self.factors as u64)
            .map(|column| {
                let mut within = Stream::new(self.seed, Use::Place, block, column);
                within.skip_to(place as u64);
                let stratum = self.stratum(block, column, place);
                // Rounding may reach 1 in the last stratum.
                ((stratum as f64 + within.unit()) / self.block as f64).min(1.0 - f64::EPSILON)
            })
            .collect()
    }

    /// The rank of this row's random number among the block's: a random order without a table of it.
    fn stratum(&self, block: u64, column: u64, place: usize) -> usize {
        let mut keys = Stream::new(self.seed, Use::Strata, block, column);
        let all: Vec<u64> = (0..self.block).map(|_| keys.bits()).collect();
        let own = (all[place], place);
        all.iter().enumerate().filter(|(other, key)| (**key, *other) < own).count()
    }
}
