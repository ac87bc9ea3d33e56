//! Slope chart: who picks up the sales? From the baseline at the left to a regime at the right.
//!
//! Invariant: all panels share one scale.

use super::error::ChartError;
use super::figure::Figure;
use super::frame::Frame;
use super::key::{self, Entry, Sample};
use super::labels::{Slot, spread};
use super::palette::{PAPER, RULE, Rgb, SOFT, Style, style};
use super::scale::{Axis, Linear};
use super::sheet::{Anchor, Label, Rect, Sheet};
use super::table::Table;
use super::{axes, checks, text};

const SIZE: f64 = 13.0;
const LABEL: f64 = 92.0;
/// Three labels of two lines each stand beside a plot [logical px].
const LEAST_HEIGHT: f64 = 110.0;

/// Actors under several regimes.
#[derive(Debug, Clone, PartialEq)]
pub struct Slopes {
    /// Unit of the values.
    pub unit: String,
    /// Actors: name and colour.
    pub actors: Vec<(String, Rgb)>,
    /// One panel for each regime, 1 to 6.
    pub panels: Vec<Slope>,
}

/// A regime.
#[derive(Debug, Clone, PartialEq)]
pub struct Slope {
    /// Name.
    pub name: String,
    /// By actor: median level of the baseline, and 5 %, 50 % and 95 % quantiles of the level under the regime.
    pub lines: Vec<(f64, [f64; 3])>,
    /// By actor: the paired difference in words.
    pub words: Vec<String>,
}

/// Draws the panels.
///
/// # Errors
/// [`ChartError`].
pub fn slopes(frame: &Frame, data: &Slopes) -> Result<Figure, ChartError> {
    checks::count("regimes", data.panels.len(), 1, 6)?;
    checks::count("actors", data.actors.len(), 1, 6)?;
    for p in &data.panels {
        checks::count("lines", p.lines.len(), data.actors.len(), data.actors.len())?;
        for (base, ends) in &p.lines {
            checks::finite(&p.name, &[*base, ends[0], ends[1], ends[2]])?;
        }
    }
    let mut sheet = Sheet::default();
    let body = frame.lay(&mut sheet)?;
    let entry = |(name, colour): &(String, Rgb)| Entry {
        sample: Sample::Line {
            style: Style { line: *colour, text: colour.for_text(), ..style(0) },
            band: false,
        },
        name: name.clone(),
    };
    let entries: Vec<Entry> = data.actors.iter().map(entry).collect();
    key::draw(&mut sheet, &entries, body);
    let high = data.panels.iter().flat_map(|p| p.lines.iter().map(|l| l.0.max(l.1[2])));
    let axis = Axis::around(0.0, high.fold(0.0, f64::max), frame.size.choose(5, 3));
    let gutter = axis.ticks.iter().map(|t| text::width(&axis.label(*t), axes::SIZE, false));
    let left = body.x + gutter.fold(0.0, f64::max) + axes::GUTTER_GAP;
    let n = data.panels.len() as f64;
    let pitch = (body.right() - left) / n;
    let top = body.y + key::height(&entries, body) + 44.0;
    let height = body.bottom() - axes::YEARS - top;
    if height < LEAST_HEIGHT {
        return Err(ChartError::NoRoom { height, min: LEAST_HEIGHT });
    }
    for (i, panel) in data.panels.iter().enumerate() {
        let width = (pitch - LABEL - 14.0).max(24.0);
        let plot = Rect { x: left + i as f64 * pitch, y: top, width, height };
        let names = text::wrap_to(&panel.name, SIZE, true, pitch - 12.0, 2);
        for (row, name) in names.iter().enumerate() {
            let y = top - 26.0 + (row as f64 + 1.0 - names.len() as f64) * 16.0;
            sheet.text((plot.x, y), Label::new(name, SIZE).bold());
        }
        let value = Linear { values: (axis.low, axis.high), pixels: (plot.bottom(), plot.y) };
        axes::grid(&mut sheet, &axis, &value, plot);
        if i == 0 {
            axes::values(&mut sheet, &axis, &value, plot, |t| axis.label(t));
            sheet.text((body.x, top - 9.0), Label::new(&data.unit, SIZE).colour(SOFT));
        }
        draw(&mut sheet, data, panel, plot, &value);
    }
    Figure::new(frame, &sheet, csv(data))
}

fn draw(sheet: &mut Sheet, data: &Slopes, panel: &Slope, plot: Rect, value: &Linear) {
    let slots: Vec<Slot> =
        panel.lines.iter().map(|l| Slot { target: value.at(l.1[1]), extent: 34.0 }).collect();
    let centres = spread(&slots, plot.y, plot.bottom() + axes::YEARS);
    for (k, ((base, [low, middle, high]), (_, colour))) in
        panel.lines.iter().zip(&data.actors).enumerate()
    {
        let (from, to) = ((plot.x + 6.0, value.at(*base)), (plot.right() - 8.0, value.at(*middle)));
        sheet.line(vec![(to.0, value.at(*low)), (to.0, value.at(*high))], *colour, 1.4);
        sheet.line(vec![from, to], *colour, 2.6);
        for at in [from, to] {
            sheet.disc(at, 5.4, PAPER);
            sheet.disc(at, 4.4, *colour);
        }
        let Some(centre) = centres.as_ref().map(|c| c[k]) else { continue };
        let x = plot.right() + 6.0;
        if (centre - to.1).abs() > 1.0 {
            sheet.line(vec![(to.0 + 6.0, to.1), (x - 2.0, centre)], RULE, 0.8);
        }
        // The difference, and its interval below it.
        let (first, rest) = panel.words[k].split_once(' ').unwrap_or((&panel.words[k], ""));
        let bold = Label::new(first, SIZE).bold().colour(colour.for_text());
        sheet.text((x, centre - 1.5), bold);
        let rest = text::shorten(rest, SIZE, false, LABEL + 6.0);
        sheet.text((x, centre + 13.0), Label::new(rest, SIZE).colour(SOFT));
    }
    for (x, anchor, words) in
        [(plot.x, Anchor::Start, "none"), (plot.right(), Anchor::End, "regime")]
    {
        if plot.width > 110.0 {
            let at = (x, plot.bottom() + 6.0 + text::ASCENT * SIZE);
            sheet.text(at, Label::new(words, SIZE).colour(SOFT).anchor(anchor));
        }
    }
}

fn csv(data: &Slopes) -> String {
    let columns = ["regime", "actor", "difference", "baseline_p50", "p5", "p50", "p95"];
    let mut table = Table::new(&columns);
    for p in &data.panels {
        for ((line, (actor, _)), words) in p.lines.iter().zip(&data.actors).zip(&p.words) {
            let [low, middle, high] = line.1;
            table.numbers(&[&p.name, actor, words], &[line.0, low, middle, high]);
        }
    }
    table.finish()
}
