//! Whether a box is a finding or an accident of the sample: the same search over bootstrap resamples.

use serde::Serialize;

use super::sample::Sample;
use super::{Patience, choose, path, region};
use crate::Estimate;
use crate::bootstrap::Bootstrap;
use crate::summary;

/// How often a side of a factor is restricted over resamples, and where.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Recurrence {
    /// The factor.
    pub factor: usize,
    /// Whether the lower side is cut, not the upper.
    pub lower: bool,
    /// Share of resamples whose chosen box restricts this side.
    pub share: f64,
    /// Median limit and its percentile interval over those resamples; NaN without any.
    pub limit: Estimate,
}

/// Recurrence of every side of every factor, lower side first. The chosen box of a resample is [`choose`]'s at
/// the same `density`.
pub fn stability(
    columns: &[Vec<f64>],
    cases: &[bool],
    patience: &Patience,
    density: f64,
    bootstrap: &Bootstrap,
) -> Vec<Recurrence> {
    let mut limits = vec![[Vec::new(), Vec::new()]; columns.len()];
    let whole = Sample::new(columns, cases);
    for i in 0..bootstrap.resamples {
        let sample = whole.resample(&bootstrap.draw(i, cases.len()));
        let trajectory: Vec<_> =
            path(&sample, patience).into_iter().map(|l| region(&sample, l)).collect();
        for r in &trajectory[choose(&trajectory, density)].restrictions {
            limits[r.factor][usize::from(!r.lower)].push(r.limit);
        }
    }
    let mut found = Vec::new();
    for (factor, sides) in limits.into_iter().enumerate() {
        for (lower, mut at) in [true, false].into_iter().zip(sides) {
            at.sort_by(f64::total_cmp);
            let share = at.len() as f64 / bootstrap.resamples as f64;
            let limit = bootstrap.limits(summary::quantile(&at, 0.5), at);
            found.push(Recurrence { factor, lower, share, limit });
        }
    }
    found
}
