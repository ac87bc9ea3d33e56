//! Where the parts of the share panels stand.
//!
//! Invariant: all panels share one size and one scale.

use super::cell::Cell;
use super::grid::Grid;
use super::{SharePanels, bars, has_band};
use crate::axes;
use crate::error::ChartError;
use crate::events::{self, Flags};
use crate::key::{self, Entry, Sample};
use crate::palette::style;
use crate::scale::Axis;
use crate::sheet::{Rect, Sheet};

/// Everything placed, before anything is drawn.
pub(super) struct Layout {
    axis: Axis,
    key: Vec<Entry>,
    key_area: Rect,
    cells: Vec<Cell>,
    flags: Option<Flags>,
    direct: bool,
    columns: usize,
}

impl Layout {
    /// The first of the choices that works: flags in the first plot, above it, or one sentence.
    pub(super) fn new(data: &SharePanels, body: Rect) -> Result<Self, ChartError> {
        let grid = Grid::new(data, body);
        let plain = Self::with(data, body, &grid, None, false)?;
        let cell = &plain.cells[0];
        let lines = cell.edges(data, &data.panels[0]);
        let inside = Flags::inside(&data.events, &cell.time, cell.plot, cell.plot.right(), &lines);
        if inside.is_some() {
            return Ok(Self { flags: inside, ..plain });
        }
        let limit = grid.left + grid.width + 0.8 * grid.gap;
        let above = match grid.rows {
            1 => Flags::above(&data.events, &cell.time, grid.left, limit),
            _ => None,
        };
        let sentence = above.is_none();
        Self::with(data, body, &grid, above, sentence)
    }

    fn with(
        data: &SharePanels,
        body: Rect,
        grid: &Grid,
        flags: Option<Flags>,
        sentence: bool,
    ) -> Result<Self, ChartError> {
        let key = entries(data, grid.direct, sentence);
        let top = body.y + key::height(&key, body);
        let area = Rect { y: top, height: body.bottom() - top, ..body };
        let cells = grid.cells(data, area, flags.as_ref().map_or(0.0, Flags::height))?;
        let axis = Axis::percent(if cells[0].plot.height > 130.0 { 25 } else { 50 });
        let (direct, columns) = (grid.direct, grid.columns);
        Ok(Self { axis, key, key_area: body, cells, flags, direct, columns })
    }

    pub(super) fn draw(&self, sheet: &mut Sheet, data: &SharePanels) {
        key::draw(sheet, &self.key, self.key_area);
        let head = self.flags.as_ref().map_or(0.0, Flags::height);
        for (i, (cell, panel)) in self.cells.iter().zip(&data.panels).enumerate() {
            cell.name(sheet, head);
            axes::grid(sheet, &self.axis, &cell.value, cell.plot);
            if i % self.columns == 0 {
                let mark = |tick| percent(&self.axis, tick);
                axes::values(sheet, &self.axis, &cell.value, cell.plot, mark);
            }
            match &self.flags {
                Some(flags) if i == 0 => {
                    flags.draw_poles(sheet, cell.plot);
                    flags.draw_words(sheet, cell.plot);
                }
                _ => events::draw_rules(sheet, &data.events, &cell.time, cell.plot),
            }
            cell.draw(sheet, data, panel);
        }
        if let (true, Some(cell), Some(panel)) =
            (self.direct, self.cells.last(), data.panels.last())
        {
            cell.ends(sheet, panel);
        }
    }
}

/// What stands above the panels: the series if they have no direct labels, then the events.
fn entries(data: &SharePanels, direct: bool, sentence: bool) -> Vec<Entry> {
    let series = &data.panels[0].series;
    let named = |(i, s): (usize, &super::Series)| {
        let sample = Sample::Line { style: style(s.style), band: has_band(i, series.len()) };
        Entry { sample, name: s.name.clone() }
    };
    let mut key: Vec<Entry> =
        if direct { Vec::new() } else { series.iter().enumerate().map(named).collect() };
    if bars(&data.panels[0]) > 0 {
        let name = "Bars at the right: 90\u{a0}% of runs at the end".to_owned();
        key.push(Entry { sample: Sample::None, name });
    }
    if sentence && !data.events.is_empty() {
        key.push(Entry { sample: Sample::None, name: events::sentence(&data.events) });
    }
    key
}

/// The highest tick carries the unit.
fn percent(axis: &Axis, tick: f64) -> String {
    let unit = if tick == 100.0 { "\u{a0}%" } else { "" };
    format!("{}{unit}", axis.label(tick))
}
