//! Backcast: should one trust it? Observed shares over the simulated intervals, segment by segment.
//!
//! Invariant: a segment stands in the same row in every panel.

use super::canvas::{Canvas, Label, Rect};
use super::multiples::{ROW_SIZE as SIZE, named_rows};
use super::palette::{INK, PAPER, Rgb};
use super::scale::Axis;
use super::table::Table;
use super::{ChartError, Figure, Frame, axes, checks, text};

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
    /// Name of the country.
    pub name: String,
    /// Colour of the intervals.
    pub colour: Rgb,
    /// 5, 25, 50, 75, 95 % quantiles by segment [%].
    pub quantiles: Vec<[f64; 5]>,
    /// Shares of the base year by segment [%].
    pub base: Vec<f64>,
    /// Observed shares by segment [%].
    pub observed: Vec<f64>,
}

/// Draws observed shares over their forecasts, one panel for each country.
pub fn backcast(frame: &Frame, data: &Backcast) -> Result<Figure, ChartError> {
    check(data)?;
    let (mut canvas, body) = frame.lay()?;
    let keys = frame.size.choose(1, 3);
    let room = (body, 28.0 + 16.0 * keys as f64, frame.size.choose(34.0, 20.0));
    let areas = named_rows((&mut canvas, frame), room, &data.segments, data.panels.len())?;
    let words =
        "Bar: 50 %, line: 90 % of runs; tick: median; black dot: observed; hollow: base year";
    let words = text::wrap_to(words, SIZE, false, body.width, keys);
    canvas.lines((body.x, body.y + 10.0), 16.0, &words, |line| Label::soft(line, SIZE));
    for (country, area) in data.panels.iter().zip(areas) {
        draw_panel(&mut canvas, country, area, frame.size.choose(4, 2));
    }
    Figure::new(frame, &canvas, csv(data))
}

fn check(data: &Backcast) -> Result<(), ChartError> {
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
    Ok(())
}

/// The shares of a country, one row for each segment.
fn draw_panel(canvas: &mut Canvas, p: &Country, plot: Rect, ticks: usize) {
    let all = p.quantiles.iter().map(|q| q[4]).chain(p.base.iter().copied());
    let all = all.chain(p.observed.iter().copied()).chain([1.0]);
    let x = axes::across(canvas, &Axis::around(all, ticks), plot);
    let name = text::shorten(&p.name, 14.0, true, plot.width);
    canvas.text((plot.x, plot.y - 8.0), Label::new(name, 14.0).bold().colour(p.colour.for_text()));
    let half = (0.3 * (plot.height / p.observed.len() as f64)).min(6.0);
    for (i, y) in plot.middles(p.observed.len()).enumerate() {
        let [p5, p25, p50, p75, p95] = p.quantiles[i].map(|v| x.at(v));
        canvas.line(vec![(p5, y), (p95, y)], p.colour, 1.6);
        let area = Rect { x: p25, y: y - half, width: (p75 - p25).max(1.0), height: 2.0 * half };
        canvas.fill(area, p.colour, 0.5);
        canvas.line(vec![(p50, y - half), (p50, y + half)], p.colour, 2.2);
        let base = x.at(p.base[i]);
        canvas.disc((base, y), 6.2, INK);
        canvas.disc((base, y), 5.0, PAPER);
        canvas.disc((x.at(p.observed[i]), y), 3.4, INK);
    }
}

fn csv(data: &Backcast) -> String {
    let mut table = Table::new(
        "country,segment,p5_percent,p25_percent,p50_percent,p75_percent,\
         p95_percent,base_percent,observed_percent",
    );
    for p in &data.panels {
        for (i, segment) in data.segments.iter().enumerate() {
            let mut row = p.quantiles[i].to_vec();
            row.extend([p.base[i], p.observed[i]]);
            table.row(&[&p.name, segment], &row);
        }
    }
    table.finish()
}
