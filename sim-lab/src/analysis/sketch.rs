//! Quantiles of a stream in bounded memory: counts in bins of equal relative width.
//!
//! A bin holds `γ^(i−1) < |x| ≤ γ^i` with `γ = (1 + α) / (1 − α)`; reading it at `2 γ^i / (γ + 1)` is off by at
//! most the share `α` of the value. Where one column of numbers fits in memory, `stats::quantile` is exact and
//! to be preferred.
//!
//! Invariant: counts are whole numbers, so merging in any order and any cut gives the same bits.
//!
//! Reference: Masson, Rim & Lee (2019), DDSketch, VLDB 12.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Absolute values below this count as zero: far below a dollar in any unit used here.
const ZERO: f64 = 1e-12;

/// Quantiles of a stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sketch {
    accuracy: f64,
    negative: BTreeMap<i32, u64>,
    zeros: u64,
    positive: BTreeMap<i32, u64>,
}

impl Sketch {
    /// An empty sketch whose quantiles are off by at most the share `accuracy` of their value.
    ///
    /// # Panics
    /// If `accuracy` is not inside (0, 1).
    pub fn new(accuracy: f64) -> Self {
        assert!(accuracy > 0.0 && accuracy < 1.0, "accuracy {accuracy} is not inside (0, 1)");
        Self { accuracy, negative: BTreeMap::new(), zeros: 0, positive: BTreeMap::new() }
    }

    /// Adds a value; one that is missing (NaN) or infinite is left out.
    pub fn push(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        if value.abs() < ZERO {
            self.zeros += 1;
            return;
        }
        let bin = (libm::log(value.abs()) / self.log_gamma()).ceil() as i32;
        let side = if value < 0.0 { &mut self.negative } else { &mut self.positive };
        *side.entry(bin).or_insert(0) += 1;
    }

    /// Adds the values of another sketch.
    ///
    /// # Panics
    /// If its accuracy is another.
    pub fn merge(&mut self, other: &Self) {
        assert_eq!(self.accuracy, other.accuracy, "sketches of one accuracy can be merged");
        self.zeros += other.zeros;
        for (bin, count) in &other.negative {
            *self.negative.entry(*bin).or_insert(0) += count;
        }
        for (bin, count) in &other.positive {
            *self.positive.entry(*bin).or_insert(0) += count;
        }
    }

    /// Number of values.
    pub fn count(&self) -> u64 {
        self.zeros + self.negative.values().sum::<u64>() + self.positive.values().sum::<u64>()
    }

    /// Number of bins in use: what the memory depends on.
    pub fn bins(&self) -> usize {
        self.negative.len() + self.positive.len()
    }

    /// The order statistic at `⌊p (n − 1)⌋`, to the accuracy; NaN without values.
    pub fn quantile(&self, p: f64) -> f64 {
        let count = self.count();
        if count == 0 {
            return f64::NAN;
        }
        let rank = (p.clamp(0.0, 1.0) * (count - 1) as f64).floor() as u64;
        let bins = (self.negative.iter().rev().map(|(b, n)| (-self.value(*b), *n)))
            .chain(std::iter::once((0.0, self.zeros)))
            .chain(self.positive.iter().map(|(b, n)| (self.value(*b), *n)));
        let mut below = 0;
        for (value, count) in bins {
            below += count;
            if below > rank {
                return value;
            }
        }
        f64::NAN
    }

    fn log_gamma(&self) -> f64 {
        libm::log1p(self.accuracy) - libm::log1p(-self.accuracy)
    }

    fn value(&self, bin: i32) -> f64 {
        let gamma = libm::exp(self.log_gamma());
        2.0 * libm::exp(f64::from(bin) * self.log_gamma()) / (gamma + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Vec<f64> {
        (0..5000).map(|i| libm::sin(f64::from(i)) * libm::exp(f64::from(i % 20))).collect()
    }

    #[test]
    fn quantiles_are_within_the_accuracy() {
        let mut sorted = values();
        let mut sketch = Sketch::new(0.005);
        for v in &sorted {
            sketch.push(*v);
        }
        sorted.sort_by(f64::total_cmp);
        for p in [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0] {
            let want = sorted[(p * 4999.0) as usize];
            assert!((sketch.quantile(p) - want).abs() <= 0.005_001 * want.abs(), "{p}");
        }
    }

    #[test]
    fn any_cut_and_order_gives_the_same_sketch() {
        let all = values();
        let mut whole = Sketch::new(0.01);
        for v in &all {
            whole.push(*v);
        }
        let mut merged = Sketch::new(0.01);
        for part in all.chunks(777).rev() {
            let mut sketch = Sketch::new(0.01);
            for v in part {
                sketch.push(*v);
            }
            merged.merge(&sketch);
        }
        assert_eq!(whole, merged);
    }

    #[test]
    fn memory_does_not_grow_with_the_stream() {
        let mut sketch = Sketch::new(0.01);
        all_of(&mut sketch, 1000);
        let bins = sketch.bins();
        all_of(&mut sketch, 50_000);
        assert!(sketch.bins() <= bins + 5 && sketch.count() == 51_000);
        assert!(Sketch::new(0.01).quantile(0.5).is_nan());
        let mut signs = Sketch::new(0.01);
        for value in [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 2.0] {
            signs.push(value);
        }
        assert_eq!(signs.bins(), 5, "three below zero and two above; zeros take none");
    }

    fn all_of(sketch: &mut Sketch, n: u32) {
        for i in 0..n {
            sketch.push(1.0 + f64::from(i % 1000));
        }
    }
}
