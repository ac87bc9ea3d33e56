//! Backcast: should one trust it? Observed shares over the simulated intervals, segment by segment.
//!
//! Invariant: a segment stands in the same row in every panel.

use super::error::ChartError;
use super::figure::Figure;
use super::frame::Frame;
use super::palette::{INK, PAPER, Rgb, SOFT};
use super::scale::{Axis, Linear};
use super::sheet::{Anchor, Label, Rect, Sheet};
use super::table::Table;
use super::{axes, checks, text};

const SIZE: f64 = 13.0;
const MAX_ROWS: usize = 24;

/// Forecasts of shares beside what was observed.
#[derive(Debug, Clone, PartialEq)]
pub struct Backcast {
    /// Names of the segments, 1 to 24.
    pub segments: Vec<String>,
    /// One panel for each country, 1 to 3.
    pub panels: Vec<Country>,
}

/// A country's shares.
#[derive(Debug, Clone, PartialEq)]
pub struct Country {
    /// Name.
    pub name: String,
    /// Colour of the intervals.
    pub colour: Rgb,
    /// 5, 25, 50, 75, 95 % quantiles by segment [%].
    pub quantiles: Vec<[f64; 5]>,
    /// Share of the base year [%].
    pub base: Vec<f64>,
    /// Observed share [%].
    pub observed: Vec<f64>,
}

/// Draws the panels.
///
/// # Errors
/// [`ChartError`].
pub fn backcast(frame: &Frame, data: &Backcast) -> Result<Figure, ChartError> {
    let rows = data.segments.len();
    checks::count("segments", rows, 1, MAX_ROWS)?;
    checks::count("countries", data.panels.len(), 1, 3)?;
    for p in &data.panels {
        checks::shares(&p.name, &p.observed)?;
        checks::series(&p.name, &p.observed, rows)?;
        checks::series(&p.name, &p.base, rows)?;
        checks::count("forecasts", p.quantiles.len(), rows, rows)?;
        for q in &p.quantiles {
            checks::shares(&p.name, q)?;
        }
    }
    let mut sheet = Sheet::default();
    let body = frame.lay(&mut sheet)?;
    let (room, lines) = frame.size.choose((250.0, 1), (132.0, 2));
    let names: Vec<Vec<String>> =
        data.segments.iter().map(|n| text::wrap_to(n, SIZE, false, room, lines)).collect();
    let widest = names.iter().flatten().map(|n| text::width(n, SIZE, false)).fold(0.0, f64::max);
    let keys = frame.size.choose(1, 3);
    let head = 28.0 + 16.0 * keys as f64;
    let (left, top) = (body.x + widest + frame.size.choose(22.0, 16.0), body.y + head);
    let height = body.height - head - axes::YEARS;
    let step = height / rows as f64;
    let least = names.iter().map(Vec::len).max().unwrap_or(1) as f64 * (SIZE + 1.0);
    if step < least {
        return Err(ChartError::NoRoom { height, min: least * rows as f64 });
    }
    let gap = frame.size.choose(34.0, 20.0);
    let edge = frame.size.choose(20.0, 10.0);
    let width = (body.right() - edge - left + gap) / data.panels.len() as f64 - gap;
    for (i, lines) in names.iter().enumerate() {
        let middle = top + (i as f64 + 0.5) * step + text::CAP * SIZE / 2.0;
        let first = middle - (lines.len() - 1) as f64 * 7.0;
        for (row, line) in lines.iter().enumerate() {
            let at = (left - 10.0, first + row as f64 * 14.0);
            sheet.text(at, Label::new(line, SIZE).anchor(Anchor::End));
        }
    }
    let words =
        "Bar: 50 %, line: 90 % of runs; tick: median; black dot: observed; hollow: base year";
    for (row, line) in text::wrap_to(words, SIZE, false, body.width, keys).iter().enumerate() {
        let y = body.y + 10.0 + row as f64 * 16.0;
        sheet.text((body.x, y), Label::new(line, SIZE).colour(SOFT));
    }
    for (i, p) in data.panels.iter().enumerate() {
        let plot = Rect { x: left + i as f64 * (width + gap), y: top, width, height };
        panel(&mut sheet, p, plot, step, frame.size.choose(4, 2));
    }
    Figure::new(frame, &sheet, csv(data))
}

fn panel(sheet: &mut Sheet, p: &Country, plot: Rect, step: f64, ticks: usize) {
    let all = p.quantiles.iter().map(|q| q[4]).chain(p.base.iter().copied());
    let most = all.chain(p.observed.iter().copied()).fold(1.0, f64::max);
    let axis = Axis::around(0.0, most, ticks);
    let x = Linear { values: (0.0, axis.high), pixels: (plot.x, plot.right()) };
    axes::across(sheet, &axis, &x, plot);
    let name = text::shorten(&p.name, 14.0, true, plot.width);
    sheet.text((plot.x, plot.y - 8.0), Label::new(name, 14.0).bold().colour(p.colour.for_text()));
    for i in 0..p.observed.len() {
        let y = plot.y + (i as f64 + 0.5) * step;
        let [p5, p25, p50, p75, p95] = p.quantiles[i].map(|v| x.at(v));
        sheet.line(vec![(p5, y), (p95, y)], p.colour, 1.6);
        let half = (0.3 * step).min(6.0);
        let area = Rect { x: p25, y: y - half, width: (p75 - p25).max(1.0), height: 2.0 * half };
        sheet.fill(area, p.colour, 0.5);
        sheet.line(vec![(p50, y - half), (p50, y + half)], p.colour, 2.2);
        let base = x.at(p.base[i]);
        sheet.disc((base, y), 6.2, INK);
        sheet.disc((base, y), 5.0, PAPER);
        let seen = x.at(p.observed[i]);
        sheet.disc((seen, y), 3.4, INK);
    }
}

fn csv(data: &Backcast) -> String {
    let columns = [
        "country",
        "segment",
        "p5_percent",
        "p25_percent",
        "p50_percent",
        "p75_percent",
        "p95_percent",
        "base_percent",
        "observed_percent",
    ];
    let mut table = Table::new(&columns);
    for p in &data.panels {
        for (i, segment) in data.segments.iter().enumerate() {
            let mut row = p.quantiles[i].to_vec();
            row.extend([p.base[i], p.observed[i]]);
            table.numbers(&[&p.name, segment], &row);
        }
    }
    table.finish()
}
