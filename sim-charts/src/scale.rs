//! From values to pixels, and which values get a tick.
//!
//! Invariant: tick labels carry no digit that the step does not need.

use super::canvas::{Point, Rect};
use super::text;

/// A linear map from values to pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Linear {
    /// Values at the two ends.
    pub(crate) values: (f64, f64),
    /// Positions of the two ends [logical px].
    pub(crate) pixels: (f64, f64),
}

impl Linear {
    /// The position of a value [logical px].
    pub(crate) fn at(&self, value: f64) -> f64 {
        let share = (value - self.values.0) / (self.values.1 - self.values.0);
        self.pixels.0 + share * (self.pixels.1 - self.pixels.0)
    }
}

/// A plot with its scales.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Plot {
    pub(crate) area: Rect,
    /// From the left edge to the right one.
    pub(crate) across: Linear,
    /// From the lower edge to the upper one.
    pub(crate) up: Linear,
}

impl Plot {
    /// A plot whose edges are the ends of two ranges of values.
    pub(crate) fn new(area: Rect, across: (f64, f64), up: (f64, f64)) -> Self {
        Self {
            area,
            across: Linear { values: across, pixels: (area.x, area.right()) },
            up: Linear { values: up, pixels: (area.bottom(), area.y) },
        }
    }

    /// A plot over times, from the first to the last.
    pub(crate) fn over(area: Rect, times: &[f64], axis: &Axis) -> Self {
        Self::new(area, (times[0], times[times.len() - 1]), axis.range)
    }

    /// The points of a line.
    pub(crate) fn points(&self, across: &[f64], up: &[f64]) -> Vec<Point> {
        across.iter().zip(up).map(|(x, y)| (self.across.at(*x), self.up.at(*y))).collect()
    }
}

/// A value axis: its range and its ticks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    /// Least and greatest value.
    pub(crate) range: (f64, f64),
    pub(crate) ticks: Vec<f64>,
    decimals: usize,
    /// Unit in the label of the highest tick, with the space before it.
    unit: &'static str,
}

impl Axis {
    /// An axis that covers all values and zero with about `count` steps of 1, 2, 2.5 or 5.
    pub(crate) fn around(values: impl IntoIterator<Item = f64>, count: usize) -> Self {
        let span = |(low, high): (f64, f64), v| (low.min(v), high.max(v));
        let (mut low, mut high) = values.into_iter().fold((0.0, 0.0), span);
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
        Self { range: (low, high), ticks, decimals: decimals(step), unit: "" }
    }

    /// An axis of shares, 0 to 100 %.
    pub(crate) fn percent(step: u32) -> Self {
        let ticks = (0..=100 / step).map(|i| f64::from(i * step)).collect();
        Self { range: (0.0, 100.0), ticks, decimals: 0, unit: "\u{a0}%" }
    }

    /// Label of a tick.
    pub(crate) fn label(&self, tick: f64) -> String {
        let unit = if self.ticks.last() == Some(&tick) { self.unit } else { "" };
        format!("{}{unit}", number(tick, self.decimals))
    }

    /// Width of the widest label at a font size [logical px].
    pub(crate) fn widest(&self, size: f64) -> f64 {
        text::widest(self.ticks.iter().map(|tick| self.label(*tick)), size, false)
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
            let axis = Axis::around([low, high], 5);
            assert!((3..=7).contains(&axis.ticks.len()), "{axis:?}");
            assert!(axis.range.0 <= low && axis.range.1 >= high, "{axis:?}");
            assert!(axis.ticks.contains(&0.0), "{axis:?}");
        }
        let axis = Axis::around([-312.0], 5);
        let labels: Vec<String> = axis.ticks.iter().map(|t| axis.label(*t)).collect();
        assert_eq!(labels, ["−300", "−200", "−100", "0"]);
    }
}
