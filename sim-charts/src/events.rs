//! Events as thin vertical rules, with labels that stand like flags at those of the first panel.
//!
//! Invariant: a label never crosses another label or the pole of another flag; if they cannot be
//! placed so, the labels go into one sentence above the panels.

use super::canvas::{Anchor, Canvas, Label, Point, Rect, span_over};
use super::palette::{PAPER, RULE};
use super::scale::{Linear, Plot};
use super::text;

/// Size of labels [logical px].
pub(crate) const SIZE: f64 = 13.0;
/// Height of a row of flags [logical px], most rows, and gap between a pole and its words [logical px].
const ROW: f64 = 17.0;
const ROWS: usize = 3;
const GAP: f64 = 3.5;
/// Width of rules, and room between a label and the data [logical px].
const WIDTH: f64 = 0.9;
const CLEAR: f64 = 4.0;

/// A dated event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Time [calendar years, such as 2022.77]; events outside the times plotted are left out.
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

/// Place of flags with regard to the plot of the first panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Over the upper edge, outside.
    Above,
    /// Under the upper edge, inside.
    Top,
    /// Over the lower edge, inside.
    Bottom,
}

/// A label beside its pole. Row 0 is nearest to the data.
#[derive(Debug, Clone, PartialEq)]
struct Flag {
    x: f64,
    left: f64,
    right: f64,
    row: usize,
    anchor: Anchor,
    text: String,
}

/// The flags of all events.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Flags {
    side: Side,
    flags: Vec<Flag>,
}

impl Flags {
    /// Flags above the plot between two bounds [logical px], or `None` if they do not fit.
    pub(crate) fn above(events: &[Event], time: &Linear, low: f64, high: f64) -> Option<Self> {
        let mut flags: Vec<Flag> = Vec::new();
        for event in events.iter().rev() {
            let fits = |f: &Flag| {
                f.left >= low && f.right <= high && flags.iter().all(|placed| apart(f, placed))
            };
            let flag = candidates(event, time.at(event.time)).find(fits)?;
            flags.push(flag);
        }
        Some(Self { side: Side::Above, flags })
    }

    /// Flags between the upper and lower edge of the plot and left of `right` [logical px], below
    /// or above all the lines; `None` if they do not fit.
    pub(crate) fn inside(
        events: &[Event],
        plot: &Plot,
        right: f64,
        lines: &[Vec<Point>],
    ) -> Option<Self> {
        let (time, plot) = (&plot.across, plot.area);
        let Self { flags, .. } = Self::above(events, time, plot.x, right)?;
        let sides = [Side::Bottom, Side::Top].map(|side| Self { side, flags: flags.clone() });
        sides.into_iter().find(|flags| {
            let low_enough = flags.rows() as f64 * ROW < 0.6 * plot.height;
            low_enough && flags.boxes(plot).iter().all(|words| clear(words, lines))
        })
    }

    /// Height needed above the plot [logical px].
    pub(crate) fn height(&self) -> f64 {
        if self.side == Side::Above { self.rows() as f64 * ROW } else { 0.0 }
    }

    /// The rectangles of the labels.
    pub(crate) fn boxes(&self, plot: Rect) -> Vec<Rect> {
        let words = |flag: &Flag| Rect {
            x: flag.left,
            y: self.base(flag, plot) - text::ASCENT * SIZE,
            width: flag.right - flag.left,
            height: SIZE,
        };
        self.flags.iter().map(words).collect()
    }

    /// Draws the poles, then the labels, on paper where they cross grid lines.
    fn draw(&self, canvas: &mut Canvas, plot: Rect) {
        for flag in &self.flags {
            let base = self.base(flag, plot);
            let (from, to) = match self.side {
                Side::Bottom => (plot.y, base),
                Side::Above | Side::Top => (base - text::CAP * SIZE, plot.bottom()),
            };
            canvas.line(vec![(flag.x, from), (flag.x, to)], RULE, WIDTH);
        }
        for (flag, area) in self.flags.iter().zip(self.boxes(plot)) {
            if self.side != Side::Above {
                canvas.fill(area, PAPER, 0.9);
            }
            let x = if flag.anchor == Anchor::Start { flag.left } else { flag.right };
            let label = Label::soft(&flag.text, SIZE).anchor(flag.anchor);
            canvas.text((x, self.base(flag, plot)), label);
        }
    }

    fn rows(&self) -> usize {
        self.flags.iter().map(|flag| flag.row + 1).max().unwrap_or_default()
    }

    /// Baseline of a label.
    fn base(&self, flag: &Flag, plot: Rect) -> f64 {
        let outwards = flag.row as f64 * ROW;
        let inwards = (self.rows() - 1 - flag.row) as f64 * ROW;
        match self.side {
            Side::Above => plot.y - 5.0 - outwards,
            Side::Top => plot.y + 5.0 + SIZE + inwards,
            Side::Bottom => plot.bottom() - 7.0 - inwards,
        }
    }
}

/// Draws flags on their poles if the plot carries them, else plain rules through the plot.
pub(crate) fn draw(canvas: &mut Canvas, flags: Option<&Flags>, events: &[Event], plot: &Plot) {
    if let Some(flags) = flags {
        return flags.draw(canvas, plot.area);
    }
    for event in events {
        let x = plot.across.at(event.time);
        canvas.line(vec![(x, plot.area.y), (x, plot.area.bottom())], RULE, WIDTH);
    }
}

/// The sentence that names the rules, in at most two lines of a width [logical px]; no line without events.
pub(crate) fn sentence_lines(events: &[Event], width: f64) -> Vec<String> {
    if events.is_empty() {
        return Vec::new();
    }
    text::wrap_to(&sentence(events), SIZE, false, width, 2)
}

/// The sentence that names the rules where flags do not fit.
pub(crate) fn sentence(events: &[Event]) -> String {
    let names: Vec<&str> = events.iter().map(|event| event.label.as_str()).collect();
    let lead = if names.len() == 1 { "Vertical line" } else { "Vertical lines, left to right" };
    format!("{lead}: {}", names.join(" · "))
}

/// Places for the label of one event: right of its pole in any row before left of it, since a label
/// on the left stands in the way of the poles of earlier events.
fn candidates(event: &Event, x: f64) -> impl Iterator<Item = Flag> {
    let text = text::clean(&event.label);
    let width = text::width(&text, SIZE, false);
    let sides = [(Anchor::Start, x + GAP), (Anchor::End, x - GAP - width)];
    sides.into_iter().flat_map(move |(anchor, left)| {
        let text = text.clone();
        let right = left + width;
        (0..ROWS).map(move |row| Flag { x, left, right, row, anchor, text: text.clone() })
    })
}

/// Whether a label lies below all lines or above all lines.
fn clear(words: &Rect, lines: &[Vec<Point>]) -> bool {
    let span = lines.iter().map(|line| span_over(line, words.x - CLEAR, words.right() + CLEAR));
    let (top, bottom) =
        span.fold((f64::INFINITY, f64::NEG_INFINITY), |all, s| (all.0.min(s.0), all.1.max(s.1)));
    bottom < words.y - CLEAR || top > words.bottom() + CLEAR
}

/// Whether two labels cover neither each other nor each other's poles.
fn apart(a: &Flag, b: &Flag) -> bool {
    let clear = a.row != b.row || a.right + 2.0 * GAP < b.left || b.right + 2.0 * GAP < a.left;
    let crosses = |pole: &Flag, words: &Flag| {
        pole.row >= words.row && pole.x > words.left - GAP + 0.1 && pole.x < words.right + GAP - 0.1
    };
    clear && !crosses(a, b) && !crosses(b, a)
}
