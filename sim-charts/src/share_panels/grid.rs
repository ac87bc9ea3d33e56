//! The grid of equal panels.
//!
//! Invariant: all plots have one width and one height.

use super::cell::{Cell, ends_width};
use super::{SharePanels, bars};
use crate::error::ChartError;
use crate::scale::Linear;
use crate::sheet::Rect;
use crate::{axes, text};

/// Least height of a plot [logical px].
const MIN_HEIGHT: f64 = 48.0;
/// Width below which panels stand in few columns [logical px].
const NARROW: f64 = 600.0;
/// Most lines of a panel's name.
const NAME_ROWS: usize = 2;
/// Gap between columns of panels without bars at the right, and least gap beside bars [logical px].
const GAP: f64 = 22.0;
const BAR_GAP: f64 = 16.0;
/// Gap between rows of panels [logical px].
const ROW_GAP: f64 = 12.0;

/// Horizontal measures [logical px].
pub(super) struct Grid {
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) left: f64,
    pub(super) width: f64,
    pub(super) gap: f64,
    /// Whether names stand at the ends of the lines of the last panel.
    pub(super) direct: bool,
}

impl Grid {
    pub(super) fn new(data: &SharePanels, body: Rect) -> Self {
        let n = data.panels.len();
        let narrow = body.width < NARROW;
        let columns = if narrow { narrow_columns(n) } else { columns(n) };
        let direct = n <= 3 && !narrow;
        let gutter = text::width("100 %", axes::SIZE, false) + axes::GUTTER_GAP;
        let bars = Cell::bars_width(bars(&data.panels[0]));
        let gap = if bars > 0.0 { BAR_GAP + bars } else { GAP };
        let right = if direct { ends_width(&data.panels[0]) } else { bars };
        let pitch = (body.width - gutter - right + gap) / columns as f64;
        let rows = n.div_ceil(columns);
        Self { columns, rows, left: body.x + gutter, width: pitch - gap, gap, direct }
    }

    /// The panels in an area, with `extra` height above the first row [logical px].
    pub(super) fn cells(
        &self,
        data: &SharePanels,
        area: Rect,
        extra: f64,
    ) -> Result<Vec<Cell>, ChartError> {
        let names: Vec<Vec<String>> = data
            .panels
            .iter()
            .map(|p| text::wrap_to(&p.name, Cell::NAME, true, self.width, NAME_ROWS))
            .collect();
        let head = |row: usize| {
            let row = names.iter().skip(row * self.columns).take(self.columns);
            row.map(Vec::len).max().unwrap_or_default() as f64 * Cell::NAME_ROW + 8.0
        };
        let heads: f64 = (0..self.rows).map(head).sum::<f64>() + extra;
        let gaps = ROW_GAP * (self.rows - 1) as f64;
        let height = (area.height - heads - gaps - axes::YEARS) / self.rows as f64;
        if height < MIN_HEIGHT {
            return Err(ChartError::NoRoom { height, min: MIN_HEIGHT });
        }
        let top = |row: usize| {
            let above: f64 = (0..=row).map(head).sum();
            area.y + extra + above + row as f64 * (height + ROW_GAP)
        };
        let cell = |(i, names): (usize, &Vec<String>)| {
            let x = self.left + (i % self.columns) as f64 * (self.width + self.gap);
            let plot = Rect { x, y: top(i / self.columns), width: self.width, height };
            let ends = (data.times[0], data.times[data.times.len() - 1]);
            let time = Linear { values: ends, pixels: (x, plot.right()) };
            let value = Linear { values: (0.0, 100.0), pixels: (plot.bottom(), plot.y) };
            let years = i + self.columns >= data.panels.len();
            Cell { plot, names: names.clone(), time, value, years }
        };
        Ok(names.iter().enumerate().map(cell).collect())
    }
}

/// Columns of the grid in a column of a report.
fn narrow_columns(panels: usize) -> usize {
    match panels {
        1 => 1,
        2..=4 => 2,
        _ => 3,
    }
}

/// Columns of the grid for a number of panels.
fn columns(panels: usize) -> usize {
    match panels {
        1..=3 => panels,
        4 => 2,
        5 | 6 | 9 => 3,
        _ => 4,
    }
}
