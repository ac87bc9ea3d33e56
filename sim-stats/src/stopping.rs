//! When enough replicates have been run: the half-width of a paired contrast's interval.
//!
//! A rule looks at the differences after each batch and stops at the first look whose half-width is small enough
//! (Chow & Robbins 1965). Looking often costs coverage while replicates are few, because a stop is likelier where
//! the spread happens to look small. Measured over 4000 experiments with skewed differences and a look at every 20
//! replicates, 95 % intervals of the mean held the truth in 92 % where stops came near 70 replicates, 94 % near 230
//! and 95 % near 570; those of the median in 94 to 95 %. `minimum` keeps the first looks from stopping.
//! Replicates of a scrambled Sobol sequence err less than independent ones: for them the rule is cautious.
//!
//! - Mean: `t(n − 1) · sd / √n`.
//! - Median: half the distance of the order statistics `x₍ₖ₎` and `x₍ₙ₊₁₋ₖ₎`, with `k` the largest number such
//!   that at most `k − 1` of `n` fair coins fall heads with probability at most `α / 2`; distribution-free.
//!
//! Limiting case: differences that never vary have half-width 0.
//!
//! Invariant: the answer depends on the differences, not on how they were cut into batches.
//!
//! References: Chow & Robbins (1965), Annals of Mathematical Statistics 36; David & Nagaraja (2003), Order
//! Statistics, §7.1.

use serde::Serialize;

use super::Estimate;
use super::distribution::{binomial_tail, student_quantile};
use super::moments::Moments;
use crate::summary;

/// What the contrast is summed up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Centre {
    /// Mean of the paired differences.
    Mean,
    /// Median of the paired differences.
    Median,
}

/// How narrow the interval has to be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Width {
    /// Half-width in the outcome's unit.
    Absolute(f64),
    /// Half-width as a share of the estimate; never reached by a contrast of zero.
    OfEstimate(f64),
}

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rule {
    /// Summed up by.
    pub centre: Centre,
    /// How narrow.
    pub width: Width,
    /// Level of the interval, such as 0.95.
    pub level: f64,
    /// Replicates before which no look may stop.
    pub minimum: usize,
}

/// What a look saw.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Look {
    /// Replicates used: pairs with both outcomes.
    pub replicates: usize,
    /// Mean or median difference with its interval; NaN without any, infinite limits while there are too few
    /// replicates for an interval.
    pub estimate: Estimate,
    /// Half of the interval's width. The interval of a median is not symmetric about it.
    pub half_width: f64,
    /// Whether to stop.
    pub enough: bool,
}

impl Rule {
    /// Looks at all differences so far; missing ones (NaN) are left out.
    pub fn look(&self, differences: &[f64]) -> Look {
        let mut values: Vec<f64> = differences.iter().copied().filter(|d| !d.is_nan()).collect();
        let estimate = match self.centre {
            Centre::Mean => of_mean(&values.iter().copied().collect(), self.level),
            Centre::Median => {
                values.sort_by(f64::total_cmp);
                of_median(&values, self.level)
            }
        };
        self.judge(values.len(), estimate)
    }

    /// The look at a mean whose differences were not kept.
    ///
    /// # Panics
    /// If the rule is about the median.
    pub fn look_at(&self, moments: &Moments) -> Look {
        assert_eq!(self.centre, Centre::Mean, "moments hold no median");
        self.judge(moments.count as usize, of_mean(moments, self.level))
    }

    fn judge(&self, replicates: usize, estimate: Estimate) -> Look {
        let limit = match self.width {
            Width::Absolute(width) => width,
            Width::OfEstimate(share) => share * estimate.value.abs(),
        };
        let half_width = 0.5 * (estimate.high - estimate.low);
        let enough = replicates >= self.minimum && half_width.is_finite() && half_width <= limit;
        Look { replicates, estimate, half_width, enough }
    }
}

fn of_mean(moments: &Moments, level: f64) -> Estimate {
    let half = if moments.count < 2 {
        f64::INFINITY
    } else {
        student_quantile(0.5 + 0.5 * level, (moments.count - 1) as f64) * moments.error()
    };
    let value = moments.mean();
    Estimate { value, low: value - half, high: value + half }
}

fn of_median(sorted: &[f64], level: f64) -> Estimate {
    let value = summary::quantile(sorted, 0.5);
    match median_rank(sorted.len(), level) {
        0 => Estimate { value, low: f64::NEG_INFINITY, high: f64::INFINITY },
        k => Estimate { value, low: sorted[k - 1], high: sorted[sorted.len() - k] },
    }
}

/// The rank `k` of the order statistics around the median; 0 if there are too few.
pub fn median_rank(n: usize, level: f64) -> usize {
    let tail = 0.5 * (1.0 - level);
    // P(at most k − 1 heads) = P(at least n − k + 1 heads).
    let fits = |k: usize| binomial_tail((n - k + 1) as u64, n as u64, 0.5) <= tail;
    let (mut low, mut high) = (0, n.div_ceil(2) + 1);
    while high - low > 1 {
        let middle = low.midpoint(high);
        if fits(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests;
