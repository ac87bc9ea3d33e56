//! The frame of every figure: finding, measure, source, and what is read aloud.
//!
//! Invariant: no figure is drawn without a headline, a subtitle, a source line and alt text.

use super::error::ChartError;
use super::palette::{INK, PAPER, RULE, SOFT, STAMPED};
use super::sheet::{Label, Rect, Sheet};
use super::text;
use super::{HEIGHT, WIDTH};

/// White space at the left and right edge [logical px].
const MARGIN: f64 = 24.0;
/// Sizes tried for the headline, and its most lines.
const HEADLINE: ([f64; 3], usize) = ([22.0, 20.0, 18.0], 3);
/// Sizes tried for the subtitle, and its most lines.
const SUBTITLE: ([f64; 2], usize) = ([16.0, 15.0], 3);
/// Size of the source line, and its most lines.
const SOURCE: ([f64; 1], usize) = ([13.0], 4);
/// Size of the stamp.
const STAMP: f64 = 13.0;
/// A last line of a headline that is shorter than this part of the width is not left alone.
const LONELY: f64 = 0.25;

/// What a figure says in words. All fields are plain text; wrapping is done here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Lower-case letters, digits and hyphens: the stem of the figure's files.
    pub id: String,
    /// The finding as a sentence; at most three lines.
    pub headline: String,
    /// Measure, unit, scope, number of runs, and what the bands are; at most three lines.
    pub subtitle: String,
    /// Program version, scenario hash, seed, data and their grade; at most four lines.
    pub source_line: String,
    /// What the figure shows, for readers who do not see it.
    pub alt: String,
    /// A warning that goes with the figure wherever it goes, such as "Rests on placeholder assumptions".
    pub stamp: Option<String>,
}

impl Frame {
    /// Draws the frame; the rectangle returned is what the chart may fill.
    pub(crate) fn lay(&self, sheet: &mut Sheet) -> Result<Rect, ChartError> {
        self.check()?;
        let width = WIDTH - 2.0 * MARGIN;
        sheet.fill(Rect { x: MARGIN, y: 14.0, width, height: 1.0 }, INK, 1.0);
        sheet.fill(Rect { x: MARGIN, y: 14.0, width: 44.0, height: 6.0 }, INK, 1.0);

        self.stamp(sheet);

        let (size, lines) = fit("headline", &self.headline, true, width, &HEADLINE.0, HEADLINE.1)?;
        let mut y = 26.0;
        for line in lines {
            y += size * 1.24;
            sheet.text((MARGIN, y), Label::new(line, size).bold());
        }
        let (size, lines) = fit("subtitle", &self.subtitle, false, width, &SUBTITLE.0, SUBTITLE.1)?;
        y += 6.0;
        for line in lines {
            y += size * 1.3;
            sheet.text((MARGIN, y), Label::new(line, size).colour(SOFT));
        }
        let bottom = self.source(sheet, width)?;
        let top = y + 18.0;
        Ok(Rect { x: MARGIN, y: top, width, height: bottom - top })
    }

    /// Draws the source line; returns where the chart has to end.
    fn source(&self, sheet: &mut Sheet, width: f64) -> Result<f64, ChartError> {
        let (size, lines) =
            fit("source line", &self.source_line, false, width, &SOURCE.0, SOURCE.1)?;
        let step = size * 1.3;
        let first = HEIGHT - 14.0 - step * (lines.len() - 1) as f64;
        for (i, line) in lines.into_iter().enumerate() {
            sheet.text((MARGIN, first + step * i as f64), Label::new(line, size).colour(SOFT));
        }
        let rule = first - size - 6.0;
        sheet.line(vec![(MARGIN, rule), (MARGIN + width, rule)], RULE, 0.6);
        Ok(rule - 8.0)
    }

    /// Draws the stamp on the rule at the top: white on dark, away from the data.
    fn stamp(&self, sheet: &mut Sheet) {
        let Some(words) = self.stamp.as_deref().map(text::clean).filter(|w| !w.is_empty()) else {
            return;
        };
        let words = text::shorten(&words, STAMP, true, WIDTH / 2.0);
        let width = text::width(&words, STAMP, true) + 18.0;
        let area = Rect { x: WIDTH - MARGIN - width, y: 5.0, width, height: 21.0 };
        sheet.fill(area, STAMPED, 1.0);
        let at = (area.x + 9.0, area.y + 15.2);
        sheet.text(at, Label::new(words, STAMP).bold().colour(PAPER));
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

/// The largest of the sizes at which a text fits in `max` lines, with the lines.
fn fit(
    part: &'static str,
    words: &str,
    bold: bool,
    width: f64,
    sizes: &[f64],
    max: usize,
) -> Result<(f64, Vec<String>), ChartError> {
    let words = &text::glue(words);
    let mut needed = 0;
    for &size in sizes {
        let lines = text::wrap(words, size, bold, width);
        if lines.len() <= max {
            return Ok((size, company(words, lines, size, bold, width)));
        }
        needed = lines.len();
    }
    Err(ChartError::TooLong { part, lines: needed, max })
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
