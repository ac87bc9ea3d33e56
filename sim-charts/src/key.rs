//! The key: samples of lines with their names, in rows above the panels.
//!
//! Invariant: entries keep the order of the series and never overlap.

use super::canvas::{Canvas, Label, Point, Rect};
use super::lines;
use super::marker::Marker;
use super::palette::{Rgb, SOFT, Style};
use super::text;

/// Size of names [logical px].
pub(crate) const SIZE: f64 = 14.0;
const ROW: f64 = 19.5;
const SAMPLE: f64 = 34.0;
const GAP: f64 = 18.0;
/// Width below which a name may take a row of its own [logical px].
const NARROW: f64 = 600.0;

/// The sample that stands before a name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Sample {
    /// A line with its dash and marker, over a band if it has one.
    Line { style: Style, band: bool },
    /// A patch of band at an opacity.
    Patch { style: Style, alpha: f64 },
    /// No sample: the name says it all.
    None,
}

/// One name in the key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) sample: Sample,
    pub(crate) name: String,
}

impl Entry {
    /// Words that need no sample.
    pub(crate) fn words(name: String) -> Self {
        Self { sample: Sample::None, name }
    }
}

/// Height that the key takes in an area, with the space below it; 0 if it is empty [logical px].
pub(crate) fn height(entries: &[Entry], area: Rect) -> f64 {
    if entries.is_empty() { 0.0 } else { draw(&mut Canvas::default(), entries, area) + 10.0 }
}

/// Draws entries from the upper left corner of an area; returns the height used [logical px].
pub(crate) fn draw(canvas: &mut Canvas, entries: &[Entry], area: Rect) -> f64 {
    let (mut x, mut y) = (area.x, area.y + ROW / 2.0);
    for entry in entries {
        let lead = if entry.sample == Sample::None { 0.0 } else { SAMPLE + 6.0 };
        let bold = lead > 0.0;
        // Long names are cut, on a page so that two fit in a row; sentences are wrapped.
        let names = if bold {
            let room = if area.width < NARROW { area.width } else { (area.width - GAP) / 2.0 };
            text::wrap_to(&entry.name, SIZE, true, room - lead, 1)
        } else {
            text::wrap_to(&entry.name, SIZE, false, area.width, 2)
        };
        let width = text::widest(&names, SIZE, bold);
        if x > area.x && x + lead + width > area.right() {
            (x, y) = (area.x, y + ROW);
        }
        sample(canvas, &entry.sample, (x, y));
        let colour = colour(&entry.sample);
        canvas.lines((x + lead, y + text::CAP * SIZE / 2.0), ROW, &names, |name| {
            let label = Label::new(name, SIZE).colour(colour);
            if bold { label.bold() } else { label }
        });
        y += (names.len() - 1) as f64 * ROW;
        x += lead + width + GAP;
    }
    y + ROW / 2.0 - area.y
}

fn colour(sample: &Sample) -> Rgb {
    match sample {
        Sample::Line { style, .. } | Sample::Patch { style, .. } => style.text,
        Sample::None => SOFT,
    }
}

fn sample(canvas: &mut Canvas, sample: &Sample, at: Point) {
    let patch = Rect { x: at.0, y: at.1 - 7.0, width: SAMPLE, height: 14.0 };
    match sample {
        Sample::Line { style, band } => {
            if *band {
                canvas.fill(patch, style.line, super::share_panels::BAND);
            }
            lines::draw(canvas, &[at, (at.0 + SAMPLE, at.1)], style);
            if style.marker != Marker::Disc || !style.dash.is_empty() {
                style.marker.draw(canvas, (at.0 + SAMPLE / 2.0, at.1), style.line, 1.0);
            }
        }
        Sample::Patch { style, alpha } => canvas.fill(patch, style.line, *alpha),
        Sample::None => {}
    }
}
