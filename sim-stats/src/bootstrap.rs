//! Resampling: percentile intervals from a seed.
//!
//! Invariant: resample `i` depends on the seed and `i` alone, and the number of things drawn from.
//!
//! Reference: Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13.

use super::Estimate;
use crate::random::{Stream, Use};
use crate::summary;

/// How to resample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// Number of resamples.
    pub resamples: usize,
    /// Level of the interval, such as 0.95.
    pub level: f64,
    /// Seed.
    pub seed: u64,
}

impl Bootstrap {
    /// Places of a resample of `n` things, with replacement.
    pub fn draw(&self, resample: usize, n: usize) -> Vec<usize> {
        let mut random = Stream::new(self.seed, Use::Resample, resample as u64, 0);
        (0..n).map(|_| random.below(n)).collect()
    }

    /// Percentile interval of a statistic of `n` things around its `value`. Resamples without a statistic
    /// (NaN) are left out; the interval is NaN without any.
    pub fn interval(&self, value: f64, n: usize, statistic: impl Fn(&[usize]) -> f64) -> Estimate {
        let draws = (0..self.resamples).map(|i| statistic(&self.draw(i, n))).collect();
        self.limits(value, draws)
    }

    /// The interval of statistics that were resampled already.
    pub fn limits(&self, value: f64, mut draws: Vec<f64>) -> Estimate {
        draws.retain(|d| !d.is_nan());
        draws.sort_by(f64::total_cmp);
        let tail = 0.5 * (1.0 - self.level);
        Estimate {
            value,
            low: summary::quantile(&draws, tail),
            high: summary::quantile(&draws, 1.0 - tail),
        }
    }
}
