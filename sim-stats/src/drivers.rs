//! Which assumption decides: the parameters that an outcome moves with over replicates that draw them all.
//!
//! A rank correlation, not a share of variance: it needs no design, and what it says of one parameter holds others at what
//! they happen to be. `sensitivity` does more, of a sweep.
//!
//! Invariant: a pure function of parameters and outcomes.

use serde::Serialize;

use crate::normal::normal_quantile;

/// Drivers that are listed.
const MOST: usize = 8;
/// Chance that a parameter that does nothing is called a driver, over all parameters.
const FALSE_ALARM: f64 = 0.01;

/// A parameter that a counterfactual moves with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Driver {
    /// Key.
    pub key: &'static str,
    /// Spearman's rank correlation with the outcome over replicates.
    pub correlation: f64,
}

/// The correlation that one of `count` parameters that do nothing exceeds with a chance of 1 %: the normal law of rank
/// correlations with variance `1 / (n − 1)`, Bonferroni.
pub fn threshold(replicates: usize, count: usize) -> f64 {
    let tail = FALSE_ALARM / (2.0 * count as f64);
    normal_quantile(1.0 - tail) / ((replicates as f64 - 1.0).max(1.0)).sqrt()
}

/// The columns, each a key with a value by replicate, that an outcome moves with most.
pub fn ranked(columns: &[(&'static str, Vec<f64>)], outcome: &[f64]) -> Vec<Driver> {
    let order = ranks(outcome);
    let driver = |(key, values): &(&'static str, Vec<f64>)| Driver {
        key,
        correlation: correlation(&ranks(values), &order),
    };
    let mut found: Vec<Driver> = columns.iter().map(driver).collect();
    found.sort_by(|a, b| b.correlation.abs().total_cmp(&a.correlation.abs()));
    found.truncate(MOST);
    found
}

/// Spearman's rank correlation; 0 where one of the two does not vary.
pub fn rank_correlation(a: &[f64], b: &[f64]) -> f64 {
    correlation(&ranks(a), &ranks(b))
}

/// Ranks from 1; equal values share the mean of the ranks that they take up, as outcomes that a regime leaves alone do.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut before = 0;
    // Zeros of either sign are one value.
    for tied in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let (first, last) = (before + 1, before + tied.len());
        for place in tied {
            ranks[*place] = f64::midpoint(first as f64, last as f64);
        }
        before = last;
    }
    ranks
}

/// Pearson's correlation; 0 where one of the two does not vary.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (ma, mb) = (mean(a), mean(b));
    let product = |x: &[f64], mx: f64, y: &[f64], my: f64| -> f64 {
        x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum()
    };
    let scale = (product(a, ma, a, ma) * product(b, mb, b, mb)).sqrt();
    if scale > 0.0 { product(a, ma, b, mb) / scale } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rank_correlation_sees_order_only() {
        let x: Vec<f64> = (1..30).map(f64::from).collect();
        let y: Vec<f64> = x.iter().map(|x| -x * x * x).collect();
        assert!((correlation(&ranks(&x), &ranks(&y)) + 1.0).abs() < 1e-12);
    }

    #[test]
    fn equal_values_share_their_ranks() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, -0.0, 0.0]), [4.5, 3.0, 4.5, 1.5, 1.5]);
        assert!(correlation(&ranks(&[1.0; 5]), &ranks(&[1.0, 2.0, 3.0, 4.0, 5.0])).abs() < 1e-15);
    }

    #[test]
    fn rank_correlations_with_ties_are_those_of_scipy() {
        // scipy.stats.spearmanr of these lists, scipy 1.17; checks/python compares more.
        for (x, y, rho) in [
            (
                vec![1.0, 2.0, 2.0, 3.0, 5.0, 5.0, 5.0, 8.0],
                vec![2.0, 1.0, 4.0, 4.0, 3.0, 7.0, 7.0, 6.0],
                0.689_560_714_965_216_5,
            ),
            (
                vec![0.0, 0.0, 0.0, 0.0, 1.0, -2.5],
                vec![0.3, 0.1, 0.9, 0.2, 0.5, 0.4],
                0.169_030_850_945_703_3,
            ),
            (vec![4.0, 1.0, 3.0, 2.0, 5.0], vec![0.1, 0.5, 0.2, 0.9, 0.3], -0.6),
        ] {
            let found = rank_correlation(&x, &y);
            assert!((found - rho).abs() < 1e-14, "{found} is not {rho}");
        }
    }

    #[test]
    fn the_threshold_shrinks_with_replicates_and_grows_with_parameters() {
        // z of 0.995 is 2.576.
        assert!((threshold(101, 1) - 0.257_58).abs() < 1e-4);
        assert!(threshold(101, 50) > threshold(101, 1) && threshold(1001, 1) < threshold(101, 1));
    }
}
