//! Drifts: what does the model not explain? How far something had to be moved, row by row, around zero.
//!
//! Invariant: a row stands at the same height in every panel, and all panels have one scale.

use super::canvas::{Canvas, Label, Rect};
use super::multiples::{ROW_SIZE as SIZE, named_rows};
use super::palette::{INK, PAPER, Rgb};
use super::scale::Axis;
use super::table::Table;
use super::{ChartError, Figure, Frame, axes, checks, text};

/// Height of the words above the panels and of a panel's name [logical px].
const HEAD: f64 = 44.0;
/// Between panels: figures at the ends of their axes do not meet [logical px].
const GAP: f64 = 40.0;
const MAX_ROWS: usize = 24;
/// What the axis of drifts that hardly differ from zero shows on each side of it.
const LEAST: f64 = 0.1;

/// Drifts of several groups in the same rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Drifts {
    /// Names of the rows, 1 to 24.
    pub rows: Vec<String>,
    /// One panel for each group, 1 to 3.
    pub panels: Vec<Drifting>,
}

/// The drifts of a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Drifting {
    /// Its name, with the unit.
    pub name: String,
    /// Colour of the intervals.
    pub colour: Rgb,
    /// 5, 50 and 95 % quantiles by row; none where nothing is known.
    pub quantiles: Vec<Option<[f64; 3]>>,
}

/// Draws the drifts, one panel for each group.
pub fn drifts(frame: &Frame, data: &Drifts) -> Result<Figure, ChartError> {
    check(data)?;
    let (mut canvas, body) = frame.lay()?;
    let room = (body, HEAD, GAP);
    let areas = named_rows((&mut canvas, frame), room, &data.rows, data.panels.len())?;
    let words = text::shorten("Line: 90 % of runs; dot: median", SIZE, false, body.width);
    canvas.text((body.x, body.y + 10.0), Label::soft(words, SIZE));
    let all =
        data.panels.iter().flat_map(|panel| panel.quantiles.iter().flatten().flatten().copied());
    let axis = Axis::around(all.chain([-LEAST, LEAST]), frame.size.choose(5, 3));
    for (panel, area) in data.panels.iter().zip(areas) {
        draw_panel(&mut canvas, panel, &axis, area);
    }
    Figure::new(frame, &canvas, csv(data))
}

fn check(data: &Drifts) -> Result<(), ChartError> {
    let rows = data.rows.len();
    checks::count("rows", rows, 1, MAX_ROWS)?;
    checks::count("groups", data.panels.len(), 1, 3)?;
    for panel in &data.panels {
        checks::count("drifts", panel.quantiles.len(), rows, rows)?;
        let known: Vec<[f64; 3]> = panel.quantiles.iter().flatten().copied().collect();
        checks::finite(&panel.name, &known.concat())?;
        let of = |i: usize| known.iter().map(|q| q[i]).collect::<Vec<f64>>();
        let (low, middle, high) = (of(0), of(1), of(2));
        checks::order(&panel.name, &[&low, &middle, &high])?;
    }
    Ok(())
}

/// The drifts of a group, one row for each.
fn draw_panel(canvas: &mut Canvas, panel: &Drifting, axis: &Axis, plot: Rect) {
    let x = axes::across(canvas, axis, plot);
    let name = text::shorten(&panel.name, 14.0, true, plot.width);
    let name = Label::new(name, 14.0).bold().colour(panel.colour.for_text());
    canvas.text((plot.x, plot.y - 8.0), name);
    canvas.line(vec![(x.at(0.0), plot.y), (x.at(0.0), plot.bottom())], INK, 1.0);
    for (quantiles, y) in panel.quantiles.iter().zip(plot.middles(panel.quantiles.len())) {
        let Some([low, middle, high]) = quantiles else { continue };
        canvas.line(vec![(x.at(*low), y), (x.at(*high), y)], panel.colour, 1.8);
        canvas.disc((x.at(*middle), y), 5.2, PAPER);
        canvas.disc((x.at(*middle), y), 4.2, panel.colour);
    }
}

fn csv(data: &Drifts) -> String {
    let mut table = Table::new("group,row,p5,p50,p95");
    for panel in &data.panels {
        for (row, quantiles) in data.rows.iter().zip(&panel.quantiles) {
            if let Some(quantiles) = quantiles {
                table.row(&[&panel.name, row], quantiles);
            }
        }
    }
    table.finish()
}
