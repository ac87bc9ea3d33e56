//! What the model does not explain of an observed year: the drifts that lead runs there.

use serde::{Deserialize, Serialize};
use sim_stats::summary::quantile;

use super::{Led, Target};

/// The drift of what a table counts together, over replicates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unexplained {
    /// Segment id.
    pub segment_id: String,
    /// ISO-3 code of the country, or `rest`.
    pub country: String,
    /// Observed share, percent.
    pub observed_pct: f64,
    /// Drift of the unexplained utility, logits over the whole way: 5 % quantile.
    pub p5: f64,
    /// Its median.
    pub p50: f64,
    /// 95 % quantile.
    pub p95: f64,
    /// How far runs stay off the segment's shares, percentage points: median.
    pub miss_p50: f64,
    /// 90 % quantile.
    pub miss_p90: f64,
}

/// The drifts of all targets over replicates.
pub fn unexplained(segments: &[Vec<Target>], led: &[Led]) -> Vec<Unexplained> {
    let sorted = |values: &mut dyn Iterator<Item = f64>| {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let mut rows = Vec::new();
    for (s, targets) in segments.iter().enumerate() {
        let misses = sorted(&mut led.iter().map(|led| led.misses[s]));
        for (t, target) in targets.iter().enumerate() {
            let drifts = sorted(&mut led.iter().map(|led| led.drifts[s][t]));
            rows.push(Unexplained {
                segment_id: target.segment.clone(),
                country: target.country.clone(),
                observed_pct: target.share,
                p5: quantile(&drifts, 0.05),
                p50: quantile(&drifts, 0.5),
                p95: quantile(&drifts, 0.95),
                miss_p50: quantile(&misses, 0.5),
                miss_p90: quantile(&misses, 0.9),
            });
        }
    }
    rows
}
