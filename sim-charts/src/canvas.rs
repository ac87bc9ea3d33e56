//! The list of marks of a figure, in drawing order.
//!
//! Invariant: a canvas knows lengths and colours only; it neither reads data nor writes SVG.

use super::palette::{INK, Rgb, SOFT};
use super::text;

/// A position from the upper left corner, x to the right and y down [logical px].
pub(crate) type Point = (f64, f64);

/// A rectangle [logical px].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rect {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Rect {
    pub(crate) fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Height of the middle [logical px].
    pub(crate) fn middle(&self) -> f64 {
        self.y + self.height / 2.0
    }

    /// Heights of the middles of a number of equal rows, from above [logical px].
    pub(crate) fn middles(self, rows: usize) -> impl Iterator<Item = f64> {
        let step = self.height / rows as f64;
        (0..rows).map(move |i| self.y + (i as f64 + 0.5) * step)
    }

    /// Whether two rectangles come closer than a distance [logical px].
    pub(crate) fn near(&self, other: &Self, distance: f64) -> bool {
        self.x < other.right() + distance
            && other.x < self.right() + distance
            && self.y < other.bottom() + distance
            && other.y < self.bottom() + distance
    }
}

/// Least and greatest y of a line between two abscissae; infinite and reversed if no part of it lies there.
pub(crate) fn span_over(line: &[Point], left: f64, right: f64) -> (f64, f64) {
    let mut span = (f64::INFINITY, f64::NEG_INFINITY);
    for pair in line.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let (start, end) = (from.0.max(left), to.0.min(right));
        if start <= end {
            let at = |x: f64| from.1 + (to.1 - from.1) * (x - from.0) / (to.0 - from.0);
            for y in [at(start), at(end)] {
                span = (span.0.min(y), span.1.max(y));
            }
        }
    }
    span
}

/// The place of a text's reference point on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Label {
    pub(crate) text: String,
    pub(crate) size: f64,
    pub(crate) bold: bool,
    pub(crate) colour: Rgb,
    pub(crate) anchor: Anchor,
}

impl Label {
    /// Regular dark text that starts at its reference point.
    pub(crate) fn new(text: impl AsRef<str>, size: f64) -> Self {
        let text = text::clean(text.as_ref());
        Self { text, size, bold: false, colour: INK, anchor: Anchor::Start }
    }

    /// Regular text in the colour of subtitles, axis labels and other words that stand back.
    pub(crate) fn soft(text: impl AsRef<str>, size: f64) -> Self {
        Self::new(text, size).colour(SOFT)
    }

    pub(crate) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(crate) fn colour(self, colour: Rgb) -> Self {
        Self { colour, ..self }
    }

    pub(crate) fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
}

/// A mark: a line, an area, a circle or a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mark {
    Line { points: Vec<Point>, colour: Rgb, width: f64 },
    Polygon { points: Vec<Point>, colour: Rgb, alpha: f64 },
    Disc { at: Point, radius: f64, colour: Rgb },
    Text { at: Point, label: Label },
}

/// The marks of a figure.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Canvas {
    pub(crate) marks: Vec<Mark>,
}

impl Canvas {
    /// A solid line through points.
    pub(crate) fn line(&mut self, points: Vec<Point>, colour: Rgb, width: f64) {
        self.marks.push(Mark::Line { points, colour, width });
    }

    /// A filled area.
    pub(crate) fn polygon(&mut self, points: Vec<Point>, colour: Rgb, alpha: f64) {
        self.marks.push(Mark::Polygon { points, colour, alpha });
    }

    /// A filled rectangle.
    pub(crate) fn fill(&mut self, area: Rect, colour: Rgb, alpha: f64) {
        let Rect { x, y, .. } = area;
        let (right, bottom) = (area.right(), area.bottom());
        self.polygon(vec![(x, y), (right, y), (right, bottom), (x, bottom)], colour, alpha);
    }

    /// The area between two lines over the same abscissae.
    pub(crate) fn band(&mut self, low: &[Point], high: &[Point], colour: Rgb, alpha: f64) {
        let points = low.iter().chain(high.iter().rev()).copied().collect();
        self.polygon(points, colour, alpha);
    }

    /// A filled circle.
    pub(crate) fn disc(&mut self, at: Point, radius: f64, colour: Rgb) {
        self.marks.push(Mark::Disc { at, radius, colour });
    }

    /// A line of text with its baseline at a point.
    pub(crate) fn text(&mut self, at: Point, label: Label) {
        self.marks.push(Mark::Text { at, label });
    }

    /// Lines of text, `pitch` [logical px] from one baseline to the next; the first baseline lies at a point.
    pub(crate) fn lines(
        &mut self,
        at: Point,
        pitch: f64,
        lines: &[String],
        label: impl Fn(&str) -> Label,
    ) {
        for (row, line) in lines.iter().enumerate() {
            self.text((at.0, at.1 + row as f64 * pitch), label(line));
        }
    }

    /// Lines of text whose middle lies at the height of a point, `pitch` [logical px] from one baseline to the next.
    pub(crate) fn centred(
        &mut self,
        at: Point,
        pitch: f64,
        lines: &[String],
        label: impl Fn(&str) -> Label,
    ) {
        let above = (lines.len() as f64 - 1.0) * pitch / 2.0;
        let first = at.1 - above + text::CAP * label("").size / 2.0;
        self.lines((at.0, first), pitch, lines, label);
    }
}
