//! Simulation-based calibration: whether a posterior is where the truth is as often as it says.
//!
//! Truths are drawn from the prior, data from the truths, and each posterior is asked for the rank of its truth among its
//! draws. If prior, likelihood and sampler fit together, ranks are uniform.
//!
//! Reference: Talts, Betancourt, Simpson, Vehtari & Gelman (2018), arXiv:1804.06788.

use serde::Serialize;

use crate::normal::normal_cdf;

/// Part of the draws that are below a truth, 0 to 1; ties count by half.
pub fn rank(truth: f64, draws: &[f64]) -> f64 {
    let below = draws.iter().filter(|x| **x < truth).count() as f64;
    let same = draws.iter().filter(|x| **x == truth).count() as f64;
    (below + 0.5 * same) / draws.len() as f64
}

/// How uniform ranks are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Uniformity {
    /// Ranks in each bin, from the lowest.
    pub bins: Vec<usize>,
    /// Chance of a chi-square statistic at least as large, if ranks are uniform.
    pub p: f64,
    /// Mean of the ranks: 0.5; below it the posterior lies too high.
    pub mean: f64,
    /// Part of the truths inside the central 90 % interval.
    pub inside90: f64,
    /// Part of the truths inside the central 50 % interval.
    pub inside50: f64,
}

/// Bins ranks and tests them.
pub fn uniformity(ranks: &[f64], bins: usize) -> Uniformity {
    let mut counts = vec![0_u32; bins];
    for rank in ranks {
        counts[((rank * bins as f64) as usize).min(bins - 1)] += 1;
    }
    let n = ranks.len() as f64;
    let expected = n / bins as f64;
    let statistic: f64 = counts.iter().map(|c| (f64::from(*c) - expected).powi(2) / expected).sum();
    let inside =
        |tail: f64| ranks.iter().filter(|r| (tail..=1.0 - tail).contains(*r)).count() as f64 / n;
    Uniformity {
        bins: counts.iter().map(|c| *c as usize).collect(),
        p: chi_square_tail(statistic, bins as f64 - 1.0),
        mean: ranks.iter().sum::<f64>() / n,
        inside90: inside(0.05),
        inside50: inside(0.25),
    }
}

/// Chance that a chi-square number exceeds `x` (Wilson & Hilferty 1931: the cube root is nearly normal; error below 0.005
/// from three degrees of freedom on).
pub fn chi_square_tail(x: f64, df: f64) -> f64 {
    let spread = 2.0 / (9.0 * df);
    1.0 - normal_cdf((libm::cbrt(x / df) - (1.0 - spread)) / spread.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, Use};

    #[test]
    fn tails_are_those_of_tables() {
        for (x, df, p) in
            [(16.919, 9.0, 0.05), (21.666, 9.0, 0.01), (8.343, 9.0, 0.5), (7.815, 3.0, 0.05)]
        {
            assert!((chi_square_tail(x, df) - p).abs() < 0.005, "{x} {df}");
        }
    }

    #[test]
    fn uniform_ranks_pass_and_others_do_not() {
        let mut stream = Stream::new(4, Use::Sample, 0, 0);
        let uniform: Vec<f64> = (0..500).map(|_| stream.unit()).collect();
        assert!(uniformity(&uniform, 10).p > 0.01);
        // A posterior that is too narrow has its truths at the ends.
        let narrow: Vec<f64> = uniform
            .iter()
            .map(|u| {
                (0.5 - (0.5 - u).signum() * (0.5 - u).abs().sqrt() * 0.5_f64.sqrt()).clamp(0.0, 1.0)
            })
            .collect();
        let found = uniformity(&narrow, 10);
        assert!(found.p < 1e-6 && found.inside90 < 0.85, "{found:?}");
        assert_eq!(rank(2.0, &[1.0, 2.0, 3.0, 4.0]), 0.375);
    }
}
