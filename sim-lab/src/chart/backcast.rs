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
use super::{axes, checks, svg, text};

const SIZE: f64 = 13.0;
/// Widest name of a segment [logical px].
const NAME: f64 = 250.0;
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
    let names: Vec<String> =
        data.segments.iter().map(|n| text::shorten(&text::clean(n), SIZE, false, NAME)).collect();
    let widest = names.iter().map(|n| text::width(n, SIZE, false)).fold(0.0, f64::max);
    let (left, top) = (body.x + widest + 22.0, body.y + 44.0);
    let height = body.height - 44.0 - axes::YEARS;
    let step = height / rows as f64;
    if step < SIZE + 1.0 {
        return Err(ChartError::NoRoom { height, min: (SIZE + 1.0) * rows as f64 });
    }
    let gap = 34.0;
    let width = (body.right() - 20.0 - left + gap) / data.panels.len() as f64 - gap;
    for (i, name) in names.iter().enumerate() {
        let y = top + (i as f64 + 0.5) * step + text::CAP * SIZE / 2.0;
        sheet.text((left - 12.0, y), Label::new(name, SIZE).anchor(Anchor::End));
    }
    let words =
        "Bar: 50 %, line: 90 % of runs; tick: median; black dot: observed; hollow: base year";
    let words = text::shorten(words, SIZE, false, body.width);
    sheet.text((body.x, body.y + 10.0), Label::new(words, SIZE).colour(SOFT));
    for (i, p) in data.panels.iter().enumerate() {
        let plot = Rect { x: left + i as f64 * (width + gap), y: top, width, height };
        panel(&mut sheet, p, plot, step);
    }
    Ok(Figure {
        id: frame.id.clone(),
        headline: frame.headline.clone(),
        svg: svg::render(frame, &sheet)?,
        csv: csv(data),
    })
}

fn panel(sheet: &mut Sheet, p: &Country, plot: Rect, step: f64) {
    let all = p.quantiles.iter().map(|q| q[4]).chain(p.base.iter().copied());
    let most = all.chain(p.observed.iter().copied()).fold(1.0, f64::max);
    let axis = Axis::around(0.0, most, 4);
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
