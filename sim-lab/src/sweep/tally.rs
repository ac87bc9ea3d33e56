//! Running statistics of a sweep: what is known after each replicate, in bounded memory.
//!
//! Means and errors take all replicates. Quantiles take the first [`KEPT`] ones: any first part of a sample is
//! a sample, and that many leave the quantiles' own error below a third of a percentage point of probability.

use super::session::{Rows, Sweep};
use sim_stats::moments::Moments;
use sim_stats::summary::{Summary, quantile};

/// Runs whose values are kept for quantiles.
pub(super) const KEPT: usize = 1 << 14;

/// One outcome of one arm.
#[derive(Debug, Clone, Default)]
struct Series {
    /// Means over the seeds of a point.
    points: Moments,
    kept: Vec<f64>,
    /// Sum over the seeds of the point that is being added.
    sum: f64,
}

impl Series {
    fn add(&mut self, x: f64, seeds: usize, last: bool) {
        if self.kept.len() < KEPT {
            self.kept.push(x);
        }
        self.sum += x;
        if last {
            self.points.push(self.sum / seeds as f64);
            self.sum = 0.0;
        }
    }

    fn summary(&self) -> Summary {
        let mut sorted = self.kept.clone();
        sorted.sort_by(f64::total_cmp);
        let at = |p| quantile(&sorted, p);
        Summary {
            p5: at(0.05),
            p25: at(0.25),
            p50: at(0.5),
            p75: at(0.75),
            p95: at(0.95),
            mean: self.points.mean(),
            error: self.points.error(),
        }
    }
}

/// Running statistics.
#[derive(Debug, Clone)]
pub struct Tally {
    arms: usize,
    columns: usize,
    contrast: usize,
    /// Seeds whose mean is one observation: replicates of one point are not independent.
    seeds: usize,
    replicates: usize,
    levels: Vec<Series>,
    differences: Vec<Series>,
}

impl Tally {
    /// An empty tally.
    pub fn new(sweep: &Sweep) -> Self {
        let (arms, columns) = (sweep.arms(), sweep.columns().len());
        let seeds = if sweep.points.seeds_outside() { 1 } else { sweep.plan.design.seeds_per_draw };
        Self {
            arms,
            columns,
            contrast: sweep.contrast(),
            seeds,
            replicates: 0,
            levels: vec![Series::default(); arms * columns],
            differences: vec![Series::default(); arms * columns],
        }
    }

    /// Adds the next replicates; `after` is told of each and may end it.
    pub fn add(&mut self, rows: &Rows, mut after: impl FnMut(&Self) -> bool) {
        for replicate in rows.values.chunks_exact(self.arms * self.columns) {
            let last = (self.replicates + 1).is_multiple_of(self.seeds);
            let base = &replicate[..self.columns];
            for (place, value) in replicate.iter().enumerate() {
                self.levels[place].add(*value, self.seeds, last);
                let difference = value - base[place % self.columns];
                self.differences[place].add(difference, self.seeds, last);
            }
            self.replicates += 1;
            if after(self) {
                return;
            }
        }
    }

    /// Replicates so far.
    pub const fn replicates(&self) -> usize {
        self.replicates
    }

    /// Summary of an outcome's level in an arm.
    pub fn level(&self, arm: usize, column: usize) -> Summary {
        self.levels[arm * self.columns + column].summary()
    }

    /// Summary of its paired difference from the baseline.
    pub fn difference(&self, arm: usize, column: usize) -> Summary {
        self.differences[arm * self.columns + column].summary()
    }

    /// Moments of the watched contrast of an arm, over points.
    pub fn contrast(&self, arm: usize) -> &Moments {
        &self.differences[arm * self.columns + self.contrast].points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_of_a_point_are_one_observation() {
        let mut series = Series::default();
        for (i, x) in [1.0, 3.0, 5.0, 7.0].into_iter().enumerate() {
            series.add(x, 2, i % 2 == 1);
        }
        // Two points with means 2 and 6: sd 2.83, over root 2.
        assert_eq!((series.points.count, series.points.mean()), (2, 4.0));
        assert!((series.points.error() - 2.0).abs() < 1e-14);
    }
}
