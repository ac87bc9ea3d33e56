//! Saltelli's design for variance-based indices: two independent points A and B, and for each factor A with
//! that one coordinate of B.
//!
//! Rows come in groups of one base point: `A, AB₁ … AB_k, B`; a sweep that stops after any group is a smaller
//! design. A and B are the first and the second `k` columns of one scrambled Sobol sequence.
//!
//! Invariant: groups do not depend on the number of base points.
//!
//! Reference: Saltelli et al. (2010), Computer Physics Communications 181.

use serde::Serialize;

use super::sobol::of_design;

/// Saltelli's design.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Saltelli {
    /// Number of factors, `k`; at most half of the columns of the Sobol sequence.
    pub factors: usize,
    /// Number of base points; powers of two are best balanced.
    pub points: usize,
    /// Seed of the scrambling.
    pub seed: u64,
}

/// What a row of a group is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Part {
    /// The point of A.
    A,
    /// The point of A with one factor's coordinate of B.
    Mixed(usize),
    /// The point of B.
    B,
}

impl Saltelli {
    /// Rows of a base point: `k + 2`.
    pub const fn group(&self) -> usize {
        self.factors + 2
    }

    /// Base point and part of a row.
    pub const fn part(&self, row: usize) -> (usize, Part) {
        let place = row % self.group();
        let part = if place == 0 {
            Part::A
        } else if place <= self.factors {
            Part::Mixed(place - 1)
        } else {
            Part::B
        };
        (row / self.group(), part)
    }

    pub(super) fn row(&self, row: usize) -> Vec<f64> {
        let (point, part) = self.part(row);
        (0..self.factors)
            .map(|factor| {
                let of_b = part == Part::B || part == Part::Mixed(factor);
                let column = if of_b { self.factors + factor } else { factor };
                of_design(self.seed, point as u64, column)
            })
            .collect()
    }
}
