//! The frame of every figure: finding, measure, source, and what is read aloud.
//!
//! Invariant: no figure is drawn without a headline, a subtitle, a source line and alt text.

use super::canvas::{Canvas, Label, Rect};
use super::error::ChartError;
use super::palette::{INK, PAPER, RULE, STAMPED};
use super::size::{LEAST, Size};
use super::text;

/// Size of the stamp's words [logical px].
const STAMP: f64 = LEAST;
/// A last line of a headline that is shorter than this part of the width is not left alone.
const LONELY: f64 = 0.25;

/// Sizes of type that are tried for a text [logical px], the most lines it may have, and those in the smallest size.
#[derive(Debug, Clone, Copy)]
struct Room {
    sizes: &'static [f64],
    lines: usize,
    smallest: usize,
}

/// Room on a page or a slide, and in a column: headline, subtitle, source line.
const WIDE: [Room; 3] = [
    Room { sizes: &[22.0, 20.0, 18.0, 17.0, 16.0], lines: 3, smallest: 3 },
    Room { sizes: &[16.0, 15.0, 14.0, LEAST], lines: 3, smallest: 5 },
    Room { sizes: &[LEAST], lines: 4, smallest: 4 },
];
const NARROW: [Room; 3] = [
    Room { sizes: &[16.0, 15.0, 14.0, LEAST], lines: 6, smallest: 6 },
    Room { sizes: &[LEAST], lines: 7, smallest: 11 },
    Room { sizes: &[LEAST], lines: 4, smallest: 4 },
];

/// The words of a figure. All fields are plain text; wrapping is done here.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Lower-case letters, digits and hyphens: the stem of the figure's files.
    pub id: String,
    /// The size that the figure is made for.
    pub size: Size,
    /// The finding as a sentence; at most three lines, in a column six.
    pub headline: String,
    /// Measure, unit, scope, number of runs, what the bands are, and what was changed; at most five lines, in a column eleven.
    pub subtitle: String,
    /// Program version, scenario hash, seed, data and their grade; at most four lines.
    pub source_line: String,
    /// Shorter words for a column.
    pub short: Short,
    /// Description of the figure for readers who do not see it.
    pub alt: String,
    /// A warning that goes with the figure wherever it goes, such as "Rests on placeholder assumptions".
    pub stamp: Option<String>,
}

/// Fewer words, for a column, where the headline is the same. An empty field stands for the words of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Short {
    /// Measure, unit, runs and bands.
    pub subtitle: String,
    /// Version, hash, seed, data, grade.
    pub source_line: String,
}

impl Frame {
    /// White space at the left and right edge [logical px].
    fn margin(&self) -> f64 {
        self.size.choose(24.0, 10.0)
    }

    /// Headline, subtitle and source line as this size says them.
    pub(crate) fn words(&self) -> [&str; 3] {
        let pick = |long, short| {
            let short: &str = short;
            if self.size.narrow() && !short.is_empty() { short } else { long }
        };
        let Short { subtitle, source_line } = &self.short;
        [
            self.headline.as_str(),
            pick(self.subtitle.as_str(), subtitle),
            pick(self.source_line.as_str(), source_line),
        ]
    }

    /// A canvas that holds the frame, and the rectangle that the chart may fill.
    pub(crate) fn lay(&self) -> Result<(Canvas, Rect), ChartError> {
        self.check()?;
        let mut canvas = Canvas::default();
        let x = self.margin();
        let width = self.size.width - 2.0 * x;
        let [headline, subtitle, _] = self.words();
        let [head, sub, _] = self.rooms();
        canvas.fill(Rect { x, y: 14.0, width, height: 1.0 }, INK, 1.0);
        canvas.fill(Rect { x, y: 14.0, width: 44.0, height: 6.0 }, INK, 1.0);
        self.stamp(&mut canvas);

        let (size, lines) = fit("headline", headline, true, width, head)?;
        let mut y = 26.0;
        for line in lines {
            y += size * 1.24;
            canvas.text((x, y), Label::new(line, size).bold());
        }
        let (size, lines) = fit("subtitle", subtitle, false, width, sub)?;
        y += self.size.choose(6.0, 4.0);
        for line in lines {
            y += size * 1.3;
            canvas.text((x, y), Label::soft(line, size));
        }
        let bottom = self.source(&mut canvas, width)?;
        let top = y + self.size.choose(18.0, 12.0);
        Ok((canvas, Rect { x, y: top, width, height: bottom - top }))
    }

    fn rooms(&self) -> [Room; 3] {
        self.size.choose(WIDE, NARROW)
    }

    /// Draws the source line; returns where the chart has to end.
    fn source(&self, canvas: &mut Canvas, width: f64) -> Result<f64, ChartError> {
        let (x, [_, _, words], [_, _, room]) = (self.margin(), self.words(), self.rooms());
        let (size, lines) = fit("source line", words, false, width, room)?;
        let step = size * 1.28;
        let first =
            self.size.height - self.size.choose(14.0, 9.0) - step * (lines.len() - 1) as f64;
        canvas.lines((x, first), step, &lines, |line| Label::soft(line, size));
        let rule = first - size - 5.0;
        canvas.line(vec![(x, rule), (x + width, rule)], RULE, 0.6);
        Ok(rule - 8.0)
    }

    /// Draws the stamp on the rule at the top: white on dark, away from the data.
    fn stamp(&self, canvas: &mut Canvas) {
        let Some(words) = self.stamp.as_deref().map(text::clean).filter(|w| !w.is_empty()) else {
            return;
        };
        let room = self.size.width - 2.0 * self.margin() - 70.0;
        let words = text::shorten(&words, STAMP, true, room);
        let width = text::width(&words, STAMP, true) + 18.0;
        let x = self.size.width - self.margin() - width;
        let area = Rect { x, y: 5.0, width, height: 21.0 };
        canvas.fill(area, STAMPED, 1.0);
        let at = (area.x + 9.0, area.y + 15.2);
        canvas.text(at, Label::new(words, STAMP).bold().colour(PAPER));
    }

    fn check(&self) -> Result<(), ChartError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || !self.id.chars().all(plain) {
            return Err(ChartError::Id { id: self.id.clone() });
        }
        let parts = [
            ("headline", &self.headline),
            ("subtitle", &self.subtitle),
            ("source line", &self.source_line),
            ("alt text", &self.alt),
        ];
        match parts.into_iter().find(|(_, words)| text::clean(words).is_empty()) {
            Some((part, _)) => Err(ChartError::Empty { part }),
            None => Ok(()),
        }
    }
}

/// The largest of the sizes at which a text fits its lines, with the lines.
fn fit(
    part: &'static str,
    words: &str,
    bold: bool,
    width: f64,
    room: Room,
) -> Result<(f64, Vec<String>), ChartError> {
    let words = &text::glue(words);
    let mut needed = 0;
    for (i, &size) in room.sizes.iter().enumerate() {
        let lines = text::wrap(words, size, bold, width);
        let most = if i + 1 == room.sizes.len() { room.smallest } else { room.lines };
        if lines.len() <= most {
            return Ok((size, company(words, lines, size, bold, width)));
        }
        needed = lines.len();
    }
    Err(ChartError::TooLong { part, lines: needed, max: room.smallest })
}

/// The lines wrapped narrower, if the last of them would stand there with a word or two.
fn company(words: &str, lines: Vec<String>, size: f64, bold: bool, width: f64) -> Vec<String> {
    let lonely = |lines: &[String]| {
        let last = lines.last().map_or(0.0, |line| text::width(line, size, bold));
        lines.len() > 1 && last < LONELY * width
    };
    if !lonely(&lines) {
        return lines;
    }
    let narrower =
        (1..=12).map(|step| text::wrap(words, size, bold, width * (1.0 - 0.04 * f64::from(step))));
    narrower
        .take_while(|tried| tried.len() == lines.len())
        .find(|tried| !lonely(tried))
        .unwrap_or(lines)
}
