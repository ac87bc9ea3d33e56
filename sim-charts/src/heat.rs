//! Heat map: which regime does what? A number in each cell, hatched where its interval holds zero.
//!
//! Invariant: colours compare within a column, whose largest number has the deepest, or over the whole map where all
//! columns measure one thing.

use super::canvas::{Anchor, Canvas, Label, Rect};
use super::palette::{CHINA, PAPER, RULE, US};
use super::scale::number;
use super::table::Table;
use super::{ChartError, Figure, Frame, checks, text};

/// Sizes of type [logical px].
const SIZE: f64 = 14.0;
const SMALL: f64 = 13.0;

/// A table of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Heat {
    /// Columns: name with unit, and decimals of its numbers; 1 to 8.
    pub columns: Vec<(String, usize)>,
    /// Rows: name, and 5 %, 50 % and 95 % quantiles by column, `None` where there is nothing; 1 to 12.
    pub rows: Vec<(String, Vec<Option<[f64; 3]>>)>,
    /// Whether all columns measure one thing, so that colours compare over the whole map.
    pub alike: bool,
}

/// Draws the numbers in a grid, on grounds as deep as they are large.
pub fn heat(frame: &Frame, data: &Heat) -> Result<Figure, ChartError> {
    let n = data.columns.len();
    checks::count("columns", n, 1, 8)?;
    checks::count("rows", data.rows.len(), 1, 12)?;
    for (name, cells) in &data.rows {
        checks::count("cells", cells.len(), n, n)?;
        checks::finite(name, &cells.iter().flatten().flatten().copied().collect::<Vec<_>>())?;
    }
    let (mut canvas, body) = frame.lay()?;
    let name_room = frame.size.choose(156.0, 92.0);
    let left = body.x + name_room + frame.size.choose(14.0, 8.0);
    let width = (body.right() - left) / n as f64;
    let heads: Vec<Vec<String>> = data
        .columns
        .iter()
        .map(|(name, _)| text::wrap_to(name, SMALL, false, width - 8.0, frame.size.choose(3, 4)))
        .collect();
    let deep = heads.iter().map(Vec::len).max().unwrap_or(1) as f64;
    let top = body.y + 16.0 * deep + 10.0;
    let step = ((body.bottom() - 22.0 - top) / data.rows.len() as f64).min(96.0);
    if step < 2.6 * SMALL {
        let min = 80.0 + 2.6 * SMALL * data.rows.len() as f64;
        return Err(ChartError::NoRoom { height: body.height, min });
    }
    for (c, lines) in heads.iter().enumerate() {
        let first = top - 10.0 + (1.0 - lines.len() as f64) * 16.0;
        let at = (left + c as f64 * width + 4.0, first);
        canvas.lines(at, 16.0, lines, |line| Label::soft(line, SMALL));
    }
    for (r, (name, cells)) in data.rows.iter().enumerate() {
        let y = top + r as f64 * step;
        let rows = (((step - 4.0) / 17.0) as usize).clamp(2, 4);
        let lines = text::wrap_to(name, SIZE, true, name_room, rows);
        let middle = (body.x, y + step / 2.0);
        canvas.centred(middle, 17.0, &lines, |line| Label::new(line, SIZE).bold());
        for (c, cell) in cells.iter().enumerate() {
            let Some(cell) = cell else { continue };
            let x = left + c as f64 * width;
            let area = Rect { x: x + 1.5, y: y + 1.5, width: width - 3.0, height: step - 3.0 };
            draw_cell(&mut canvas, *cell, largest(data, c), data.columns[c].1, area);
        }
    }
    let depth = if data.alike { "over the map" } else { "within a column" };
    let words = frame.size.choose(
        format!("Hatched: the 90 % interval holds zero. Blue up, orange down; depth {depth}."),
        "Hatched: the 90 % interval holds zero".to_owned(),
    );
    let words = text::shorten(&words, SMALL, false, body.width);
    canvas.text((body.x, body.bottom() - 2.0), Label::soft(words, SMALL));
    Figure::new(frame, &canvas, csv(data))
}

/// The largest number of a column, or of the map where all columns measure one thing.
fn largest(data: &Heat, column: usize) -> f64 {
    let cells = data.rows.iter().flat_map(|(_, cells)| cells.iter().enumerate());
    let compared = cells.filter(|(c, _)| data.alike || *c == column);
    compared.filter_map(|(_, cell)| Some(cell.as_ref()?[1].abs())).fold(0.0, f64::max)
}

/// A number with its interval, on a ground as deep as the number is large beside the largest.
fn draw_cell(
    canvas: &mut Canvas,
    [low, middle, high]: [f64; 3],
    most: f64,
    decimals: usize,
    area: Rect,
) {
    let depth = if most > 0.0 { middle.abs() / most } else { 0.0 };
    let colour = if middle < 0.0 { CHINA } else { US };
    // Shallow enough for dark text on it.
    canvas.fill(area, colour, 0.04 + 0.26 * depth);
    let (centre, y) = (area.x + area.width / 2.0, area.middle());
    let range = format!("{} to {}", number(low, decimals), number(high, decimals));
    let range = text::shorten(&range, SMALL, false, area.width - 4.0);
    let labels = [
        (y - 2.0, Label::new(number(middle, decimals), SIZE).bold().anchor(Anchor::Middle)),
        (y + 14.5, Label::new(range, SMALL).anchor(Anchor::Middle)),
    ];
    if low <= 0.0 && high >= 0.0 {
        hatch(canvas, area);
        for (y, label) in &labels {
            let half = text::width(&label.text, label.size, label.bold) / 2.0 + 2.0;
            let ground = Rect { x: centre - half, y: y - 12.0, width: 2.0 * half, height: 15.0 };
            canvas.fill(ground, PAPER, 0.85);
        }
    }
    for (y, label) in labels {
        canvas.text((centre, y), label);
    }
}

/// Slanted lines within a rectangle.
fn hatch(canvas: &mut Canvas, area: Rect) {
    let mut offset = 8.0;
    while offset < area.width + area.height {
        let from = (area.x + offset.min(area.width), area.y + (offset - area.width).max(0.0));
        let to = (area.x + (offset - area.height).max(0.0), area.y + offset.min(area.height));
        canvas.line(vec![from, to], RULE, 0.6);
        offset += 8.0;
    }
}

fn csv(data: &Heat) -> String {
    let mut table = Table::new("regime,outcome,p5,p50,p95");
    for (name, cells) in &data.rows {
        for ((column, _), cell) in data.columns.iter().zip(cells) {
            if let Some(cell) = cell {
                table.row(&[name, column], cell);
            }
        }
    }
    table.finish()
}
