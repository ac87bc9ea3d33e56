//! Morris trajectories: one factor moves at a time.
//!
//! Each trajectory starts at a random point of a grid of `p` levels and moves every factor once, in random
//! order, by `p / 2` levels up or down, whichever stays on the grid. A trajectory has `k + 1` rows.
//!
//! Levels stand in the middle of `p` equal cells, `(j + ½) / p`, not on `0, 1/(p − 1), …, 1` as in the paper:
//! coordinates are probabilities, and priors without bounds have no value at 0 or 1. A move is therefore ½ in
//! every factor (the paper's is `p / (2 (p − 1))`).
//!
//! Invariant: trajectories are independent of each other and of their number.
//!
//! Reference: Morris (1991), Technometrics 33.

use serde::Serialize;

use crate::random::{Stream, Use};

/// Morris trajectories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Morris {
    /// Number of factors, `k`.
    pub factors: usize,
    /// Number of levels, `p`; even.
    pub levels: usize,
    /// Number of trajectories, `r`.
    pub trajectories: usize,
    /// Seed.
    pub seed: u64,
}

/// A move from one row to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Move {
    /// The factor that moves.
    pub factor: usize,
    /// Whether it moves up.
    pub up: bool,
}

impl Morris {
    /// Length of a move in the unit cube.
    pub const STEP: f64 = 0.5;

    /// Rows of a trajectory.
    pub const fn length(&self) -> usize {
        self.factors + 1
    }

    /// The moves of a trajectory in their order; the `i`-th leads from its row `i` to `i + 1`.
    pub fn moves(&self, trajectory: usize) -> Vec<Move> {
        let (start, order) = self.plan(trajectory);
        order
            .into_iter()
            .map(|factor| Move { factor, up: start[factor] < self.levels / 2 })
            .collect()
    }

    pub(super) fn row(&self, row: usize) -> Vec<f64> {
        let (trajectory, step) = (row / self.length(), row % self.length());
        let (mut level, order) = self.plan(trajectory);
        let half = self.levels / 2;
        for factor in &order[..step] {
            level[*factor] =
                if level[*factor] < half { level[*factor] + half } else { level[*factor] - half };
        }
        level.into_iter().map(|l| (l as f64 + 0.5) / self.levels as f64).collect()
    }

    /// Levels at the start, and the order in which factors move.
    fn plan(&self, trajectory: usize) -> (Vec<usize>, Vec<usize>) {
        let mut random = Stream::new(self.seed, Use::Trajectory, trajectory as u64, 0);
        let start = (0..self.factors).map(|_| random.below(self.levels)).collect();
        (start, random.order(self.factors))
    }
}
