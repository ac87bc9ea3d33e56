//! Events as thin vertical rules, with labels that stand like flags above the first panel.
//!
//! Invariant: a label never crosses another label or the pole of another flag; if they cannot be
//! placed so, the labels go into one sentence above the panels.

use super::palette::{RULE, SOFT};
use super::scale::Linear;
use super::sheet::{Anchor, Label, Rect, Sheet};
use super::text;

/// Size of labels, height of a row of flags, most rows, gap between a pole and its words.
const SIZE: f64 = 13.0;
const ROW: f64 = 17.0;
const ROWS: usize = 3;
const GAP: f64 = 3.5;

/// A dated event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When [calendar years, such as 2022.77]; events outside the times plotted are left out.
    pub time: f64,
    /// A few words, such as "Oct 2022 rule".
    pub label: String,
}

/// The events within the times of a figure, in order of time.
pub(crate) fn within(events: &[Event], times: &[f64]) -> Vec<Event> {
    let (Some(&first), Some(&last)) = (times.first(), times.last()) else { return Vec::new() };
    let mut inside: Vec<Event> =
        events.iter().filter(|e| (first..=last).contains(&e.time)).cloned().collect();
    inside.sort_by(|a, b| a.time.total_cmp(&b.time));
    inside
}

/// A label that stands beside its pole.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Flag {
    x: f64,
    left: f64,
    right: f64,
    row: usize,
    anchor: Anchor,
    text: String,
}

/// Flags for events between two bounds [logical px], or `None` if they do not fit.
pub(crate) fn flags(events: &[Event], time: &Linear, low: f64, high: f64) -> Option<Vec<Flag>> {
    let mut placed: Vec<Flag> = Vec::new();
    for event in events.iter().rev() {
        let flag = candidates(event, time.at(event.time))
            .find(|f| f.left >= low && f.right <= high && placed.iter().all(|p| apart(f, p)))?;
        placed.push(flag);
    }
    Some(placed)
}

/// Height that the flags need above the plot [logical px].
pub(crate) fn height(flags: &[Flag]) -> f64 {
    flags.iter().map(|flag| (flag.row + 1) as f64 * ROW).fold(0.0, f64::max)
}

/// Draws the flags above a plot.
pub(crate) fn draw_flags(sheet: &mut Sheet, flags: &[Flag], plot: Rect) {
    for flag in flags {
        let base = plot.y - 5.0 - flag.row as f64 * ROW;
        sheet.line(vec![(flag.x, plot.y), (flag.x, base - text::CAP * SIZE)], RULE, 0.9);
        let x = if flag.anchor == Anchor::Start { flag.left } else { flag.right };
        sheet.text((x, base), Label::new(&flag.text, SIZE).colour(SOFT).anchor(flag.anchor));
    }
}

/// Draws the rules through a plot.
pub(crate) fn draw_rules(sheet: &mut Sheet, events: &[Event], time: &Linear, plot: Rect) {
    for event in events {
        let x = time.at(event.time);
        sheet.line(vec![(x, plot.y), (x, plot.bottom())], RULE, 0.9);
    }
}

/// The sentence that names the rules where flags do not fit.
pub(crate) fn sentence(events: &[Event]) -> String {
    let names: Vec<&str> = events.iter().map(|event| event.label.as_str()).collect();
    let lead = if names.len() == 1 { "Vertical line" } else { "Vertical lines, left to right" };
    format!("{lead}: {}", names.join(" · "))
}

/// Where the label of one event may stand, best place first.
fn candidates(event: &Event, x: f64) -> impl Iterator<Item = Flag> {
    let words = text::clean(&event.label);
    let width = text::width(&words, SIZE, false);
    let sides =
        [(Anchor::Start, x + GAP, x + GAP + width), (Anchor::End, x - GAP - width, x - GAP)];
    (0..ROWS).flat_map(move |row| {
        let words = words.clone();
        sides.map(|(anchor, left, right)| Flag { x, left, right, row, anchor, text: words.clone() })
    })
}

fn apart(a: &Flag, b: &Flag) -> bool {
    let clear = a.row != b.row || a.right + 2.0 * GAP < b.left || b.right + 2.0 * GAP < a.left;
    let crosses = |pole: &Flag, words: &Flag| {
        pole.row >= words.row && pole.x > words.left - GAP + 0.1 && pole.x < words.right + GAP - 0.1
    };
    clear && !crosses(a, b) && !crosses(b, a)
}
