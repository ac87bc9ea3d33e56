//! Mean and variance of a stream, in constant memory and mergeable.
//!
//! Invariant: pushing in the same order gives the same bits. A merge is exact in arithmetic, not in the last
//! digit: a result that must not depend on the cut into shards pushes values in the order of replicates.
//!
//! References: Welford (1962), Technometrics 4; Chan, Golub & LeVeque (1983), American Statistician 37.

use serde::{Deserialize, Serialize};

/// Count, mean and sum of squares about it.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Moments {
    /// Number of values.
    pub count: u64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// Adds a value; one that is missing (NaN) or infinite is left out.
    pub fn push(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        self.count += 1;
        let off = value - self.mean;
        self.mean += off / self.count as f64;
        self.squares += off * (value - self.mean);
    }

    /// The moments of both streams.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        if self.count == 0 || other.count == 0 {
            return if self.count == 0 { other } else { self };
        }
        let (n, m) = (self.count as f64, other.count as f64);
        let off = other.mean - self.mean;
        Self {
            count: self.count + other.count,
            mean: self.mean + off * m / (n + m),
            squares: self.squares + other.squares + off * off * n * m / (n + m),
        }
    }

    /// Mean; NaN without values.
    pub fn mean(&self) -> f64 {
        if self.count == 0 { f64::NAN } else { self.mean }
    }

    /// Unbiased variance; NaN below two values.
    pub fn variance(&self) -> f64 {
        if self.count < 2 { f64::NAN } else { self.squares / (self.count - 1) as f64 }
    }

    /// Standard error of the mean.
    pub fn error(&self) -> f64 {
        (self.variance() / self.count as f64).sqrt()
    }
}

impl FromIterator<f64> for Moments {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut moments = Self::default();
        for value in values {
            moments.push(value);
        }
        moments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_is_pushing() {
        let values: Vec<f64> = (0..101).map(|i| 1e6 + f64::from(i * i % 17)).collect();
        let all: Moments = values.iter().copied().collect();
        let mean = values.iter().sum::<f64>() / 101.0;
        let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / 100.0;
        // Mean / sd is about 2e5: that many times the rounding error is lost at each step.
        assert!((all.mean() - mean).abs() < 1e-8);
        assert!((all.variance() / variance - 1.0).abs() < 1e-9);
        for cut in [0, 1, 50, 101] {
            let (a, b) = values.split_at(cut);
            let merged = a.iter().copied().collect::<Moments>().merge(b.iter().copied().collect());
            assert_eq!(merged.count, 101);
            assert!((merged.mean() / mean - 1.0).abs() < 1e-14);
            assert!((merged.variance() / variance - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn nothing_has_no_mean_and_one_value_no_variance() {
        let mut moments = Moments::default();
        assert!(moments.mean().is_nan());
        moments.push(f64::NAN);
        moments.push(3.0);
        assert_eq!((moments.count, moments.mean()), (1, 3.0));
        assert!(moments.variance().is_nan());
    }
}
