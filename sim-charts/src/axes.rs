//! Grid lines, value labels and years.
//!
//! Invariant: labels of years never overlap and never leave the span they are given.

use super::canvas::{Anchor, Canvas, Label, Rect};
use super::palette::{GRID, INK, Rgb, SOFT};
use super::scale::{Axis, Linear, Plot};
use super::text;

/// Size of axis labels [logical px].
pub(crate) const SIZE: f64 = 14.0;
/// Height below a plot that the years need [logical px].
pub(crate) const YEARS: f64 = 23.0;
/// Gap between the value labels and the plot [logical px].
pub(crate) const GUTTER_GAP: f64 = 8.0;

/// Room left of a plot for the labels of its value axis [logical px].
pub(crate) fn gutter(axis: &Axis) -> f64 {
    axis.widest(SIZE) + GUTTER_GAP
}

/// Colour and width of the rule at a tick: zero in ink, the others light.
fn rule(tick: f64) -> (Rgb, f64) {
    if tick == 0.0 { (INK, 1.2) } else { (GRID, 1.0) }
}

/// Horizontal grid lines; zero in ink.
pub(crate) fn grid(canvas: &mut Canvas, axis: &Axis, plot: &Plot) {
    for &tick in &axis.ticks {
        let (colour, width) = rule(tick);
        let y = plot.up.at(tick);
        canvas.line(vec![(plot.area.x, y), (plot.area.right(), y)], colour, width);
    }
}

/// Labels of the value axis, right-aligned left of the plot.
pub(crate) fn values(canvas: &mut Canvas, axis: &Axis, plot: &Plot) {
    for &tick in &axis.ticks {
        let at = (plot.area.x - GUTTER_GAP, plot.up.at(tick) + text::CAP * SIZE / 2.0);
        canvas.text(at, Label::soft(axis.label(tick), SIZE).anchor(Anchor::End));
    }
}

/// Light rules and labels of a value axis below a plot; the scale returned maps values to x. Where labels would touch,
/// only every second, third … of them stands, but zero always.
pub(crate) fn across(canvas: &mut Canvas, axis: &Axis, plot: Rect) -> Linear {
    let scale = Linear { values: axis.range, pixels: (plot.x, plot.right()) };
    let apart = axis.ticks.windows(2).map(|t| scale.at(t[1]) - scale.at(t[0]));
    let apart = apart.fold(f64::INFINITY, f64::min).max(1.0);
    let every = ((axis.widest(SIZE) + 6.0) / apart).ceil() as usize;
    let zero = axis.ticks.iter().position(|t| *t == 0.0).unwrap_or_default();
    for (i, &tick) in axis.ticks.iter().enumerate() {
        let x = scale.at(tick);
        let (colour, width) = rule(tick);
        canvas.line(vec![(x, plot.y), (x, plot.bottom())], colour, width);
        if i.abs_diff(zero).is_multiple_of(every.max(1)) {
            let at = (x, plot.bottom() + 9.5 + text::ASCENT * SIZE);
            let label = Label::soft(axis.label(tick), SIZE);
            canvas.text(at, label.anchor(Anchor::Middle));
        }
    }
    scale
}

/// Ticks and labels of whole years below a plot, kept between `low` and `high` [logical px].
pub(crate) fn years(canvas: &mut Canvas, plot: &Plot, low: f64, high: f64) {
    let foot = plot.area.bottom();
    for (year, label) in year_labels(&plot.across) {
        let x = plot.across.at(year);
        canvas.line(vec![(x, foot), (x, foot + 4.0)], SOFT, 0.9);
        let half = text::width(&label, SIZE, false) / 2.0;
        let centre = x.clamp(low + half, (high - half).max(low + half));
        let at = (centre, foot + 6.0 + text::ASCENT * SIZE);
        canvas.text(at, Label::soft(label, SIZE).anchor(Anchor::Middle));
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
