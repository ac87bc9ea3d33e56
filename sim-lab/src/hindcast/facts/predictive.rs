//! The interval of what a source would show of some runs.

use sim_stats::normal::normal_cdf;

use sim_stats::summary::quantile;

/// A 90 % interval of the standard normal reaches this far.
const REACH: f64 = 1.644_853_626_951_472_7;
/// Halvings of an interval that holds a quantile.
const HALVINGS: usize = 48;

/// The central 90 % interval of the values, each with a normal error whose own 90 % interval is `error` wide to each side.
/// `sorted` ascends.
pub(super) fn interval(sorted: &[f64], error: f64) -> (f64, f64) {
    if error <= 0.0 {
        return (quantile(sorted, 0.05), quantile(sorted, 0.95));
    }
    let sd = error / REACH;
    (mixture(sorted, sd, 0.05), mixture(sorted, sd, 0.95))
}

/// Quantile of the mixture of normals around the values.
fn mixture(sorted: &[f64], sd: f64, p: f64) -> f64 {
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else { return f64::NAN };
    let (mut low, mut high) = (first - 6.0 * sd, last + 6.0 * sd);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        let below = sorted.iter().map(|x| normal_cdf((middle - x) / sd)).sum::<f64>();
        if below < p * sorted.len() as f64 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: (f64, f64), b: (f64, f64)) {
        assert!((a.0 - b.0).abs() < 1e-6 && (a.1 - b.1).abs() < 1e-6, "{a:?} {b:?}");
    }

    #[test]
    fn a_run_without_spread_shows_the_error_alone() {
        close(interval(&[7.0; 5], 2.0), (5.0, 9.0));
        close(interval(&[7.0; 5], 0.0), (7.0, 7.0));
    }

    #[test]
    fn spreads_add_as_variances_and_not_as_widths() {
        // Normal values of standard deviation 3 with an error of standard deviation 4: together 5.
        let count = 4001;
        let values: Vec<f64> = (0..count)
            .map(|i| {
                3.0 * sim_stats::normal::normal_quantile((f64::from(i) + 0.5) / f64::from(count))
            })
            .collect();
        let (low, high) = interval(&values, 4.0 * REACH);
        assert!(
            (low + 5.0 * REACH).abs() < 0.01 && (high - 5.0 * REACH).abs() < 0.01,
            "{low} {high}"
        );
    }

    #[test]
    fn a_larger_error_makes_a_wider_interval() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let width = |error| {
            let (low, high) = interval(&values, error);
            high - low
        };
        assert!(width(0.0) < width(5.0) && width(5.0) < width(20.0));
    }
}
