//! How far forecasts are from what was observed.
//!
//! Invariant: a score knows nothing of the model. Shares are in percent, errors in percentage points.

use sim_stats::summary::quantile;

/// Half of the unit in which the observed tables print shares, percentage points: an observed share stands for
/// all values that print alike.
pub const HALF_UNIT: f64 = 0.05;

/// One segment's forecast and what came.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Forecasts, equally likely, percent: one value is a point forecast.
    pub ensemble: Vec<f64>,
    /// Observed share, percent.
    pub observed: f64,
    /// Weight: the world market of the scored year.
    pub weight: f64,
}

impl Case {
    /// Observed minus the median forecast, points.
    pub fn miss(&self) -> f64 {
        self.observed - self.quantile(0.5)
    }

    /// Quantile of the forecasts.
    pub fn quantile(&self, p: f64) -> f64 {
        let mut sorted = self.ensemble.clone();
        sorted.sort_by(f64::total_cmp);
        quantile(&sorted, p)
    }

    /// Whether the central interval of a probability holds what was observed, as printed.
    pub fn covered(&self, probability: f64) -> bool {
        let tail = (1.0 - probability) / 2.0;
        let (low, high) = (self.quantile(tail), self.quantile(1.0 - tail));
        (low - HALF_UNIT..=high + HALF_UNIT).contains(&self.observed)
    }
}

/// Continuous ranked probability score of an ensemble, fair to its size:
/// `Σ|x_i − y| / n − Σ_{i<j} |x_i − x_j| / (n (n − 1))`. Its expectation is that of the distribution the members
/// are drawn from, whatever n (Ferro 2014). A point forecast's is its absolute error. NaN for no members.
pub fn crps(ensemble: &[f64], observed: f64) -> f64 {
    let n = ensemble.len() as f64;
    let error = ensemble.iter().map(|x| (x - observed).abs()).sum::<f64>() / n;
    if ensemble.len() < 2 {
        return error;
    }
    let mut sorted = ensemble.to_vec();
    sorted.sort_by(f64::total_cmp);
    // Σ_{i<j} (x_j − x_i): the member of rank i is the larger one of i pairs and the smaller one of n − 1 − i.
    let spread: f64 =
        sorted.iter().enumerate().map(|(i, x)| (2.0 * i as f64 - (n - 1.0)) * x).sum();
    error - spread / (n * (n - 1.0))
}

/// Mean absolute error of the medians, points.
pub fn mae(cases: &[Case]) -> f64 {
    cases.iter().map(|c| c.miss().abs()).sum::<f64>() / cases.len() as f64
}

/// Mean absolute error of the medians weighted by the sizes, points.
pub fn weighted_mae(cases: &[Case]) -> f64 {
    let weight: f64 = cases.iter().map(|c| c.weight).sum();
    cases.iter().map(|c| c.weight * c.miss().abs()).sum::<f64>() / weight
}

/// Mean CRPS, points.
pub fn mean_crps(cases: &[Case]) -> f64 {
    cases.iter().map(|c| crps(&c.ensemble, c.observed)).sum::<f64>() / cases.len() as f64
}

/// Share of the cases whose central interval holds what was observed.
pub fn coverage(cases: &[Case], probability: f64) -> f64 {
    let held = cases.iter().filter(|c| c.covered(probability)).count();
    held as f64 / cases.len() as f64
}

/// The constant with the least weighted absolute error: the weighted median, between two values if the weights
/// below and above are equal. 0 for no values.
pub fn best_constant(values: &[(f64, f64)]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = sorted.iter().map(|v| v.1).sum::<f64>() / 2.0;
    let mut below = 0.0;
    for (i, (value, weight)) in sorted.iter().enumerate() {
        below += weight;
        if below > half {
            return *value;
        }
        if below == half {
            return sorted.get(i + 1).map_or(*value, |next| (value + next.0) / 2.0);
        }
    }
    0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(ensemble: &[f64], observed: f64, weight: f64) -> Case {
        Case { ensemble: ensemble.to_vec(), observed, weight }
    }

    #[test]
    fn the_fair_crps_is_its_closed_form_for_small_ensembles() {
        assert_eq!(crps(&[3.0], 5.0), 2.0);
        // Two members: (|a − y| + |b − y|) / 2 − |a − b| / 2.
        for (a, b, y) in [(1.0, 4.0, 2.0), (1.0, 4.0, 9.0), (4.0, 1.0, -1.0), (2.0, 2.0, 0.5)] {
            let (a, b, y): (f64, f64, f64) = (a, b, y);
            let closed = f64::midpoint((a - y).abs(), (b - y).abs()) - (a - b).abs() / 2.0;
            assert!((crps(&[a, b], y) - closed).abs() < 1e-15, "{a} {b} {y}");
        }
        // Three: mean error minus a third of the sum of the pairs' distances over n − 1 = 2.
        let three = (5.0 + 2.0 + 2.0) / 3.0 - (7.0 + 3.0 + 4.0) / 6.0;
        assert!((crps(&[8.0, 1.0, 5.0], 3.0) - three).abs() < 1e-15);
        assert!(crps(&[], 1.0).is_nan());
    }

    #[test]
    fn the_fair_crps_does_not_depend_on_the_number_of_members() {
        // Uniform on 0–1 with y = 0.5: the score is 1/4 − 1/6 = 1/12. All pairs of a fine grid, averaged.
        let grid: Vec<f64> = (0..200).map(|i| (f64::from(i) + 0.5) / 200.0).collect();
        let (mut sum, mut pairs) = (0.0, 0.0);
        for (i, a) in grid.iter().enumerate() {
            for (j, b) in grid.iter().enumerate() {
                if i != j {
                    sum += crps(&[*a, *b], 0.5);
                    pairs += 1.0;
                }
            }
        }
        assert!((sum / pairs - crps(&grid, 0.5)).abs() < 1e-12);
        assert!((crps(&grid, 0.5) - 1.0 / 12.0).abs() < 1e-3);
    }

    #[test]
    fn errors_are_of_medians_and_weights_count() {
        let cases = [case(&[1.0, 2.0, 9.0], 4.0, 3.0), case(&[10.0], 4.0, 1.0)];
        assert_eq!(mae(&cases), 4.0);
        assert_eq!(weighted_mae(&cases), 3.0);
        // (|1−4| + |2−4| + |9−4|) / 3 − (1 + 8 + 7) / 6 = 10/3 − 8/3, and 6.
        assert!((mean_crps(&cases) - f64::midpoint(2.0 / 3.0, 6.0)).abs() < 1e-14);
    }

    #[test]
    fn intervals_hold_what_prints_alike() {
        let grid: Vec<f64> = (0..=100).map(f64::from).collect();
        // 5 % and 95 % quantiles are 5 and 95; 25 % and 75 % are 25 and 75.
        let cases = [4.96, 4.94, 24.96, 75.04, 95.04, 95.06].map(|y| case(&grid, y, 1.0));
        assert_eq!(coverage(&cases, 0.9), 4.0 / 6.0);
        assert_eq!(coverage(&cases, 0.5), 2.0 / 6.0);
    }

    #[test]
    fn the_best_constant_is_the_weighted_median() {
        assert_eq!(best_constant(&[(9.0, 1.0), (1.0, 1.0), (2.0, 1.0)]), 2.0);
        assert_eq!(best_constant(&[(9.0, 5.0), (1.0, 1.0), (2.0, 1.0)]), 9.0);
        assert_eq!(best_constant(&[(1.0, 1.0), (2.0, 1.0)]), 1.5);
        assert_eq!(best_constant(&[]), 0.0);
    }
}
