//! What common random numbers buy: how much smaller the variance of a paired difference is, and when two
//! paired runs part.
//!
//! Invariant: a pair counts only when both of its values are there.
//!
//! Reference: Law (2015), Simulation Modeling and Analysis, §11.2.

use serde::{Deserialize, Serialize};

use super::moments::Moments;

/// Below this factor pairing hardly buys anything.
pub const WORTH: f64 = 1.1;

/// Moments of two paired streams and of their difference; mergeable.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Pairs {
    /// Of the first.
    pub a: Moments,
    /// Of the second.
    pub b: Moments,
    /// Of `a − b`.
    pub difference: Moments,
}

/// What pairing bought for an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Pairing {
    /// Number of pairs.
    pub pairs: u64,
    /// Correlation of the two values of a pair; NaN if either never varies.
    pub correlation: f64,
    /// `(var a + var b) / var (a − b)`: how many times as many unpaired runs the same interval would need;
    /// infinite if the difference never varies but the values do, NaN if nothing varies.
    pub variance_reduction: f64,
    /// Whether pairing buys something: the factor is at least [`WORTH`] (a difference that never varies needs
    /// no more pairs, so it does).
    pub worthwhile: bool,
}

impl Pairs {
    /// Adds a pair; one with a missing value is left out.
    pub fn push(&mut self, a: f64, b: f64) {
        if a.is_finite() && b.is_finite() {
            self.a.push(a);
            self.b.push(b);
            self.difference.push(a - b);
        }
    }

    /// The moments of both streams of pairs.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            a: self.a.merge(other.a),
            b: self.b.merge(other.b),
            difference: self.difference.merge(other.difference),
        }
    }

    /// The report; `None` below three pairs.
    pub fn report(&self) -> Option<Pairing> {
        if self.a.count < 3 {
            return None;
        }
        let (a, b, d) = (self.a.variance(), self.b.variance(), self.difference.variance());
        let variance_reduction = (a + b) / d;
        Some(Pairing {
            pairs: self.a.count,
            // var (a − b) = var a + var b − 2 cov.
            correlation: (0.5 * (a + b - d) / (a * b).sqrt()).clamp(-1.0, 1.0),
            variance_reduction,
            worthwhile: d == 0.0 || variance_reduction >= WORTH,
        })
    }
}

/// The report on paired outcomes; `None` below three pairs.
pub fn report(a: &[f64], b: &[f64]) -> Option<Pairing> {
    let mut pairs = Pairs::default();
    for (x, y) in a.iter().zip(b) {
        pairs.push(*x, *y);
    }
    pairs.report()
}

/// The first time at which two series are further apart than `tolerance` (0: at all), if they ever are. A value
/// that only one of them has parts them.
pub fn first_parting(a: &[f64], b: &[f64], tolerance: f64) -> Option<usize> {
    a.iter().zip(b).position(|(x, y)| x.is_nan() != y.is_nan() || (x - y).abs() > tolerance)
}

/// When paired replicates part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Partings {
    /// Earliest time of any replicate.
    pub earliest: Option<usize>,
    /// Time by which half of all replicates have parted; `None` if fewer than half ever do.
    pub median: Option<usize>,
    /// Replicates that part.
    pub parted: usize,
    /// All replicates.
    pub replicates: usize,
}

/// Sums up [`first_parting`] over replicates.
pub fn partings(first: &[Option<usize>]) -> Partings {
    let mut times: Vec<usize> = first.iter().flatten().copied().collect();
    times.sort_unstable();
    Partings {
        earliest: times.first().copied(),
        median: first.len().div_ceil(2).checked_sub(1).and_then(|half| times.get(half)).copied(),
        parted: times.len(),
        replicates: first.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn independent_streams_gain_nothing_and_equal_shocks_everything() {
        let a: Vec<f64> = (0..2000).map(|i| libm::sin(f64::from(i) * 1.7)).collect();
        let other: Vec<f64> = (0..2000).map(|i| libm::sin(f64::from(i) * 2.9 + 1.0)).collect();
        let none = report(&a, &other).expect("2000 pairs");
        assert!((none.variance_reduction - 1.0).abs() < 0.01 && !none.worthwhile);
        assert!(none.correlation.abs() < 0.01);
        let shifted: Vec<f64> = a.iter().map(|v| v + 0.5).collect();
        let all = report(&a, &shifted).expect("2000 pairs");
        assert!(all.variance_reduction > 1e20 && all.worthwhile && all.correlation > 0.999_999);
    }

    #[test]
    fn known_factor() {
        // a = ±1 and b = a / 2: var a = 4/3, var b = 1/3, var (a − b) = 1/3.
        let (a, b) = ([1.0, -1.0, 1.0, -1.0], [0.5, -0.5, 0.5, -0.5]);
        let r = report(&a, &b).expect("four pairs");
        assert!((r.variance_reduction - 5.0).abs() < 1e-12 && (r.correlation - 1.0).abs() < 1e-12);
        assert_eq!(report(&a[..2], &b[..2]), None);
    }

    #[test]
    fn missing_values_drop_the_pair() {
        let r = report(&[1.0, f64::NAN, 2.0, 5.0], &[1.0, 2.0, 2.5, 4.0]).expect("three pairs");
        assert_eq!(r.pairs, 3);
    }

    #[test]
    fn series_part_where_they_first_differ() {
        assert_eq!(first_parting(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0], 0.0), None);
        assert_eq!(first_parting(&[1.0, 2.0, 3.0], &[1.0, 2.1, 3.0], 0.0), Some(1));
        assert_eq!(first_parting(&[1.0, 2.0, 3.0], &[1.0, 2.1, 4.0], 0.5), Some(2));
        assert_eq!(first_parting(&[f64::NAN, 2.0], &[f64::NAN, f64::NAN], 9.0), Some(1));
        let p = partings(&[Some(4), None, Some(2), None]);
        assert_eq!((p.earliest, p.median, p.parted), (Some(2), Some(4), 2));
        assert_eq!(partings(&[Some(4), None, None]).median, None);
        assert_eq!(partings(&[]).median, None);
    }
}
