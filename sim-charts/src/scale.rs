//! From values to pixels, and which values get a tick.
//!
//! Invariant: tick labels carry no digit that the step does not need.

/// A linear map from values to pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Linear {
    /// Values at the two ends.
    pub(crate) values: (f64, f64),
    /// Positions of the two ends [logical px].
    pub(crate) pixels: (f64, f64),
}

impl Linear {
    pub(crate) fn at(&self, value: f64) -> f64 {
        let share = (value - self.values.0) / (self.values.1 - self.values.0);
        self.pixels.0 + share * (self.pixels.1 - self.pixels.0)
    }
}

/// The value axis of a figure.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) ticks: Vec<f64>,
    decimals: usize,
}

impl Axis {
    /// An axis that covers `low` to `high` and zero with about `count` steps of 1, 2, 2.5 or 5.
    pub(crate) fn around(low: f64, high: f64, count: usize) -> Self {
        let (mut low, mut high) = (low.min(0.0), high.max(0.0));
        if low == high {
            (low, high) = (-1.0, 1.0);
        }
        let range = high - low;
        let pad = 0.03 * range;
        low -= if low < 0.0 { pad } else { 0.0 };
        high += if high > 0.0 { pad } else { 0.0 };
        let span = |step: f64| ((low / step).ceil() as i64, (high / step).floor() as i64);
        // One tick beside zero is no scale: finer steps until there are three.
        let mut steps = (count..count + 6).map(|n| nice_step(range / n as f64));
        let enough = |step: &f64| span(*step).1 - span(*step).0 >= 2;
        let step = steps.clone().find(enough).or(steps.next_back()).unwrap_or(range);
        let (first, last) = span(step);
        let ticks = (first..=last).map(|i| i as f64 * step).collect();
        Self { low, high, ticks, decimals: decimals(step) }
    }

    /// An axis of shares, 0 to 100 %.
    pub(crate) fn percent(step: u32) -> Self {
        let ticks = (0..=100 / step).map(|i| f64::from(i * step)).collect();
        Self { low: 0.0, high: 100.0, ticks, decimals: 0 }
    }

    /// Label of a tick.
    pub(crate) fn label(&self, tick: f64) -> String {
        number(tick, self.decimals)
    }
}

/// A value with two significant digits or whole, whichever is more.
pub(crate) fn rounded(value: f64) -> String {
    let size = value.abs();
    let places = if size >= 9.95 || size == 0.0 {
        0
    } else if size >= 0.995 {
        1
    } else {
        2
    };
    number(value, places)
}

/// A number with a true minus sign and a comma between thousands.
pub(crate) fn number(value: f64, places: usize) -> String {
    let digits = format!("{:.places$}", value.abs());
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let zero = digits.chars().all(|c| c == '0' || c == '.');
    let sign = if value < 0.0 && !zero { "−" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{grouped}{point}{fraction}")
}

/// The smallest of 1, 2, 2.5, 5 × 10ᵏ that is at least `raw`.
fn nice_step(raw: f64) -> f64 {
    let power = 10f64.powi(raw.log10().floor() as i32);
    let factor = [1.0, 2.0, 2.5, 5.0].into_iter().find(|f| f * power >= raw * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

/// Decimals that a step needs.
fn decimals(step: f64) -> usize {
    let needs = |places: &i32| {
        let scaled = step * 10f64.powi(*places);
        (scaled - scaled.round()).abs() < 1e-6 * scaled
    };
    (0..9).find(needs).unwrap_or(9) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_no_noise() {
        assert_eq!(number(-1_234_567.0, 0), "−1,234,567");
        assert_eq!(number(-0.004, 2), "0.00");
        assert_eq!(rounded(-312.4), "−312");
        assert_eq!(rounded(9.96), "10");
        assert_eq!(rounded(-1.84), "−1.8");
        assert_eq!(rounded(0.0), "0");
    }

    #[test]
    fn axes_have_few_round_ticks() {
        for (low, high) in [(-312.0, 0.0), (-0.03, 0.01), (0.0, 7e5), (-1.0, 1.0), (0.0, 0.0)] {
            let axis = Axis::around(low, high, 5);
            assert!((3..=7).contains(&axis.ticks.len()), "{axis:?}");
            assert!(axis.low <= low && axis.high >= high && axis.ticks.contains(&0.0), "{axis:?}");
        }
        let axis = Axis::around(-312.0, 0.0, 5);
        let labels: Vec<String> = axis.ticks.iter().map(|t| axis.label(*t)).collect();
        assert_eq!(labels, ["−300", "−200", "−100", "0"]);
    }
}
