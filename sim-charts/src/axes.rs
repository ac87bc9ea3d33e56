//! Grid lines, value labels and years.
//!
//! Invariant: labels of years never overlap and never leave the span they are given.

use super::palette::{GRID, INK, SOFT};
use super::scale::{Axis, Linear};
use super::sheet::{Anchor, Label, Rect, Sheet};
use super::text;

/// Size of axis labels [logical px].
pub(crate) const SIZE: f64 = 14.0;
/// Height below a plot that the years need [logical px].
pub(crate) const YEARS: f64 = 23.0;
/// Gap between the value labels and the plot [logical px].
pub(crate) const GUTTER_GAP: f64 = 8.0;

/// Horizontal grid lines; zero in ink.
pub(crate) fn grid(sheet: &mut Sheet, axis: &Axis, value: &Linear, plot: Rect) {
    for &tick in &axis.ticks {
        let (colour, width) = if tick == 0.0 { (INK, 1.2) } else { (GRID, 1.0) };
        let y = value.at(tick);
        sheet.line(vec![(plot.x, y), (plot.right(), y)], colour, width);
    }
}

/// Labels of the value axis, right-aligned left of the plot. `mark` may decorate a label.
pub(crate) fn values(
    sheet: &mut Sheet,
    axis: &Axis,
    value: &Linear,
    plot: Rect,
    mark: impl Fn(f64) -> String,
) {
    for &tick in &axis.ticks {
        let at = (plot.x - GUTTER_GAP, value.at(tick) + text::CAP * SIZE / 2.0);
        sheet.text(at, Label::new(mark(tick), SIZE).colour(SOFT).anchor(Anchor::End));
    }
}

/// Light rules and labels of a value axis below a plot. Where labels would touch, every second, third … of them stands,
/// zero always.
pub(crate) fn across(sheet: &mut Sheet, axis: &Axis, value: &Linear, plot: Rect) {
    let widest = axis.ticks.iter().map(|t| text::width(&axis.label(*t), SIZE, false));
    let widest = widest.fold(0.0, f64::max) + 6.0;
    let apart = axis.ticks.windows(2).map(|t| value.at(t[1]) - value.at(t[0]));
    let apart = apart.fold(f64::INFINITY, f64::min).max(1.0);
    let every = (widest / apart).ceil() as usize;
    let zero = axis.ticks.iter().position(|t| *t == 0.0).unwrap_or_default();
    for (i, &tick) in axis.ticks.iter().enumerate() {
        let x = value.at(tick);
        let (colour, width) = if tick == 0.0 { (INK, 1.2) } else { (GRID, 1.0) };
        sheet.line(vec![(x, plot.y), (x, plot.bottom())], colour, width);
        if i.abs_diff(zero) % every.max(1) != 0 {
            continue;
        }
        let at = (x, plot.bottom() + 9.5 + text::ASCENT * SIZE);
        sheet.text(at, Label::new(axis.label(tick), SIZE).colour(SOFT).anchor(Anchor::Middle));
    }
}

/// Ticks and labels of whole years below a plot, kept between `low` and `high` [logical px].
pub(crate) fn years(sheet: &mut Sheet, time: &Linear, plot: Rect, low: f64, high: f64) {
    for (year, label) in year_labels(time) {
        let x = time.at(year);
        sheet.line(vec![(x, plot.bottom()), (x, plot.bottom() + 4.0)], SOFT, 0.9);
        let half = text::width(&label, SIZE, false) / 2.0;
        let centre = x.clamp(low + half, (high - half).max(low + half));
        let at = (centre, plot.bottom() + 6.0 + text::ASCENT * SIZE);
        sheet.text(at, Label::new(label, SIZE).colour(SOFT).anchor(Anchor::Middle));
    }
}

/// The finest whole-year steps whose labels stay apart; two digits where four do not fit.
fn year_labels(time: &Linear) -> Vec<(f64, String)> {
    let (first, last) = (time.values.0.ceil() as i64, time.values.1.floor() as i64);
    let per_year = (time.pixels.1 - time.pixels.0) / (time.values.1 - time.values.0);
    let (long, short) = (text::width("2000", SIZE, false), text::width("’00", SIZE, false));
    let steps = [1, 2, 5, 10, 20, 50];
    let step = |room: f64| steps.into_iter().find(|s| *s as f64 * per_year >= room).unwrap_or(100);
    let years = |step: i64| (first..=last).filter(move |y| y.rem_euclid(step) == 0);
    let (wide, narrow) = (step(1.45 * long), step(1.3 * short));
    if years(wide).count() >= 3 || narrow == wide || last - first < 2 {
        return years(wide).map(|y| (y as f64, y.to_string())).collect();
    }
    let digits = |y: i64| format!("’{:02}", y.rem_euclid(100));
    years(narrow).map(|y| (y as f64, digits(y))).collect()
}
