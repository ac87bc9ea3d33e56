//! Summaries: quantiles, paired differences, Monte Carlo error.

/// Quantile of sorted values, linear between order statistics (Hyndman & Fan type 7, numpy's default).
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = p * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

/// Of fewer values the 5 % and 95 % quantiles lie between the two outermost ones: what is told of them is the range.
pub const FEWEST_FOR_TAILS: usize = 30;

/// A distribution in seven numbers, and the Monte Carlo error of its mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// 5 % quantile.
    pub p5: f64,
    /// 25 % quantile.
    pub p25: f64,
    /// Median.
    pub p50: f64,
    /// 75 % quantile.
    pub p75: f64,
    /// 95 % quantile.
    pub p95: f64,
    /// Mean.
    pub mean: f64,
    /// Standard error of the mean: sd / √n. A guide only for a scrambled Sobol design, whose own error is
    /// smaller.
    pub error: f64,
}

impl Summary {
    /// Summarises values in any order; the sum runs in the given order.
    pub fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance =
            values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0).max(1.0);
        let mut sorted = values.to_vec();
        // Equal numbers are the same bits, so no order among them can be told.
        sorted.sort_unstable_by(f64::total_cmp);
        Self {
            p5: quantile(&sorted, 0.05),
            p25: quantile(&sorted, 0.25),
            p50: quantile(&sorted, 0.5),
            p75: quantile(&sorted, 0.75),
            p95: quantile(&sorted, 0.95),
            mean,
            error: (variance / n).sqrt(),
        }
    }

    /// What is told of values: as [`Self::of`], but of fewer than [`FEWEST_FOR_TAILS`] the tails are the lowest and the
    /// highest value.
    pub fn told(values: &[f64]) -> Self {
        let all = Self::of(values);
        if values.len() >= FEWEST_FOR_TAILS || values.is_empty() {
            return all;
        }
        let (low, high) = (f64::INFINITY, f64::NEG_INFINITY);
        let (low, high) =
            values.iter().fold((low, high), |(low, high), v| (low.min(*v), high.max(*v)));
        Self { p5: low, p95: high, ..all }
    }

    /// The same in another unit.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        let [p5, p25, p50, p75, p95] = if factor >= 0.0 {
            [self.p5, self.p25, self.p50, self.p75, self.p95]
        } else {
            [self.p95, self.p75, self.p50, self.p25, self.p5]
        };
        Self {
            p5: p5 * factor,
            p25: p25 * factor,
            p50: p50 * factor,
            p75: p75 * factor,
            p95: p95 * factor,
            mean: self.mean * factor,
            error: self.error * factor.abs(),
        }
    }

    /// Whether the 5–95 % interval lies on one side of zero.
    pub fn clear(&self) -> bool {
        self.p5 > 0.0 || self.p95 < 0.0
    }
}

/// Differences `a − b`, element by element: paired by replicate.
pub fn paired(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(x, y)| x - y).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_match_numpy() {
        // numpy.quantile([1, 2, 4, 8], [.05, .25, .5, .95])
        let sorted = [1.0, 2.0, 4.0, 8.0];
        for (p, want) in [(0.05, 1.15), (0.25, 1.75), (0.5, 3.0), (0.95, 7.4)] {
            assert!((quantile(&sorted, p) - want).abs() < 1e-12);
        }
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn another_unit_scales_every_statistic() {
        let s = Summary::of(&[1.0, 2.0, 4.0, 9.0]);
        let all = |s: &Summary| [s.p5, s.p25, s.p50, s.p75, s.p95, s.mean, s.error];
        for (before, after) in all(&s).into_iter().zip(all(&s.scaled(4.0))) {
            assert_eq!(after, 4.0 * before);
        }
        let turned = s.scaled(-4.0);
        let want = [s.p95, s.p75, s.p50, s.p25, s.p5, s.mean, -s.error].map(|x| -4.0 * x);
        assert_eq!(all(&turned), want);
        assert_eq!(s.scaled(0.0).p5, 0.0);
        // Sample sd of 1, 2, 4, 9 over root 4.
        let sd = ((9.0 + 4.0 + 0.0 + 25.0) / 3.0_f64).sqrt();
        assert!((s.mean - 4.0).abs() < 1e-15 && (s.error - sd / 2.0).abs() < 1e-14);
        assert!(!Summary { p5: 0.0, ..s }.clear() && !Summary { p5: -1.0, p95: 0.0, ..s }.clear());
    }

    #[test]
    fn of_few_values_the_tails_are_the_range() {
        let few: Vec<f64> = (0..29).map(f64::from).collect();
        let told = Summary::told(&few);
        assert_eq!((told.p5, told.p50, told.p95), (0.0, 14.0, 28.0));
        assert!(Summary::of(&few).p5 > 1.0);
        let many: Vec<f64> = (0..30).map(f64::from).collect();
        assert_eq!(Summary::told(&many), Summary::of(&many));
        assert!(Summary::told(&[]).p50.is_nan());
    }

    #[test]
    fn a_negative_factor_swaps_the_tails() {
        let s = Summary::of(&[1.0, 2.0, 3.0]).scaled(-1.0);
        assert!(s.p5 < s.p95 && s.clear() && (s.mean + 2.0).abs() < 1e-15);
    }
}
