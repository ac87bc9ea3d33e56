//! Density of the replicates at the end of the horizon.
//!
//! Kernel estimate with the biweight kernel and Silverman's bandwidth; it is cut at the 1 % and
//! 99 % quantiles, so that no tail is drawn where there is no replicate.
//! Reference: Silverman, "Density estimation for statistics and data analysis", 1986, eq. 3.31.
//!
//! Invariant: too few replicates for a density are shown one by one.

use sim_stats::summary::quantile;

/// Fewer replicates than this are drawn as single strokes.
const LEAST: usize = 20;
/// Points of the outline.
const POINTS: usize = 60;
/// The biweight kernel's bandwidth for the smoothing of a Gaussian kernel of bandwidth 1.
const BIWEIGHT: f64 = 2.6226;

/// The values at the end, as a density or one by one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum EndShape {
    /// Value and density, with the largest density scaled to 1.
    Ridge(Vec<(f64, f64)>),
    /// Each value on its own.
    Strokes(Vec<f64>),
}

impl EndShape {
    /// The shape of values in any order.
    pub(super) fn new(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        match bandwidth(&sorted) {
            Some(width) if sorted.len() >= LEAST => Self::Ridge(ridge(&sorted, width)),
            _ => {
                sorted.dedup();
                Self::Strokes(sorted)
            }
        }
    }

    /// Least and greatest value shown.
    pub(super) fn span(&self) -> Option<(f64, f64)> {
        match self {
            Self::Ridge(points) => Some((points.first()?.0, points.last()?.0)),
            Self::Strokes(values) => Some((*values.first()?, *values.last()?)),
        }
    }
}

fn ridge(sorted: &[f64], width: f64) -> Vec<(f64, f64)> {
    let (low, high) = (quantile(sorted, 0.01), quantile(sorted, 0.99));
    let at = |i: usize| low + (high - low) * i as f64 / (POINTS - 1) as f64;
    let density: Vec<(f64, f64)> =
        (0..POINTS).map(|i| (at(i), kernel(sorted, at(i), width))).collect();
    let most = density.iter().map(|point| point.1).fold(f64::MIN_POSITIVE, f64::max);
    density.into_iter().map(|(value, d)| (value, d / most)).collect()
}

/// Sum of biweight kernels at a value, up to a constant.
fn kernel(sorted: &[f64], at: f64, width: f64) -> f64 {
    let near = &sorted[sorted.partition_point(|v| *v < at - width)..];
    let weight = |v: &f64| (1.0 - ((v - at) / width).powi(2)).max(0.0).powi(2);
    near.iter().take_while(|v| **v <= at + width).map(weight).sum()
}

/// Silverman's rule; `None` without spread.
fn bandwidth(sorted: &[f64]) -> Option<f64> {
    let n = sorted.len() as f64;
    let mean = sorted.iter().sum::<f64>() / n;
    let deviation = (sorted.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n).sqrt();
    let quartiles = quantile(sorted, 0.75) - quantile(sorted, 0.25);
    let spread = if quartiles > 0.0 { deviation.min(quartiles / 1.349) } else { deviation };
    let width = BIWEIGHT * 0.9 * spread * n.powf(-0.2);
    (width > 0.0 && width.is_finite()).then_some(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_density_of_a_symmetric_sample_peaks_in_the_middle() {
        let values: Vec<f64> = (-200..=200).map(|i| (f64::from(i) / 200.0).powi(3)).collect();
        let EndShape::Ridge(points) = EndShape::new(&values) else { panic!("a density") };
        let peak = points.iter().max_by(|a, b| a.1.total_cmp(&b.1)).expect("points");
        assert!(peak.0.abs() < 0.03 && peak.1 == 1.0, "{peak:?}");
        assert!(points[0].0 > -1.0 && points[POINTS - 1].0 < 1.0);
    }

    #[test]
    fn few_or_equal_values_are_strokes() {
        assert_eq!(EndShape::new(&[2.0, 1.0]), EndShape::Strokes(vec![1.0, 2.0]));
        assert_eq!(EndShape::new(&[3.0; 500]), EndShape::Strokes(vec![3.0]));
        assert_eq!(EndShape::new(&[]).span(), None);
    }
}
