//! Where the parts of the share panels stand.
//!
//! Invariant: all panels share one size and one scale.

use super::cell::{Cell, SMALL, ends_width};
use super::{Series, SharePanels, bars, has_band};
use crate::canvas::{Canvas, Rect};
use crate::error::ChartError;
use crate::events::{self, Flags};
use crate::key::{self, Entry, Sample};
use crate::multiples::Grid;
use crate::palette::style;
use crate::scale::{Axis, Plot};
use crate::size::Size;
use crate::{axes, text};

/// Least height of a plot [logical px].
const MIN_HEIGHT: f64 = 48.0;
/// Most lines of a panel's name.
const NAME_ROWS: usize = 2;
/// Gap between columns of panels without bars at the right, and least gap beside bars [logical px].
const GAP: f64 = 22.0;
const BAR_GAP: f64 = 16.0;
/// Gap between rows of panels [logical px].
const ROW_GAP: f64 = 12.0;

/// Everything placed, before anything is drawn.
pub(super) struct ShareLayout {
    axis: Axis,
    key: Vec<Entry>,
    key_area: Rect,
    grid: Grid,
    cells: Vec<Cell>,
    flags: Option<Flags>,
    /// Whether names stand at the ends of the lines of the last panel.
    direct: bool,
}

impl ShareLayout {
    /// The first of the choices that works: flags in the first plot, above it, or one sentence.
    pub(super) fn new(data: &SharePanels, body: Rect, size: Size) -> Result<Self, ChartError> {
        let direct = data.panels.len() <= 3 && !size.narrow();
        let grid = place_columns(data, body, size.narrow(), direct);
        let plain = Self::with(data, body, (grid, direct), None, false)?;
        let Cell { plot, .. } = &plain.cells[0];
        let lines = plain.cells[0].edges(data, &data.panels[0]);
        let inside = Flags::inside(&data.events, plot, plot.area.right(), &lines);
        if inside.is_some() {
            return Ok(Self { flags: inside, ..plain });
        }
        let limit = grid.left + grid.width + 0.8 * grid.gap;
        let above = match grid.rows() {
            1 => Flags::above(&data.events, &plot.across, grid.left, limit),
            _ => None,
        };
        let sentence = above.is_none();
        Self::with(data, body, (grid, direct), above, sentence)
    }

    fn with(
        data: &SharePanels,
        body: Rect,
        (grid, direct): (Grid, bool),
        flags: Option<Flags>,
        sentence: bool,
    ) -> Result<Self, ChartError> {
        let key = entries(data, direct, sentence);
        let wrap = |name: &str| text::wrap_to(name, Cell::NAME, true, grid.width, NAME_ROWS);
        let names: Vec<Vec<String>> = data.panels.iter().map(|p| wrap(&p.name)).collect();
        let mut heads = grid.heads(&names, Cell::NAME_ROW);
        heads[0] += flags.as_ref().map_or(0.0, Flags::height);
        let heights = (body.y + key::height(&key, body), body.bottom());
        let areas = grid.plots(&heads, heights, ROW_GAP, MIN_HEIGHT)?;
        let axis = Axis::percent(if areas[0].height > SMALL { 25 } else { 50 });
        let cell = |(i, (area, names))| {
            let plot = Plot::over(area, &data.times, &axis);
            Cell { plot, names, years: grid.is_lowest(i) }
        };
        let cells = areas.into_iter().zip(names).enumerate().map(cell).collect();
        Ok(Self { axis, key, key_area: body, grid, cells, flags, direct })
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, data: &SharePanels) {
        key::draw(canvas, &self.key, self.key_area);
        let head = self.flags.as_ref().map_or(0.0, Flags::height);
        for (i, (cell, panel)) in self.cells.iter().zip(&data.panels).enumerate() {
            cell.name(canvas, head);
            axes::grid(canvas, &self.axis, &cell.plot);
            if self.grid.leads(i) {
                axes::values(canvas, &self.axis, &cell.plot);
            }
            let flags = self.flags.as_ref().filter(|_| i == 0);
            events::draw(canvas, flags, &data.events, &cell.plot);
            cell.draw(canvas, data, panel);
        }
        let last = self.cells.last().zip(data.panels.last());
        if let Some((cell, panel)) = last.filter(|_| self.direct) {
            cell.ends(canvas, panel);
        }
    }
}

/// The columns of the panels, with room for bars beside each and for names at the right.
fn place_columns(data: &SharePanels, body: Rect, narrow: bool, direct: bool) -> Grid {
    let first = &data.panels[0];
    let bars = Cell::bars_width(bars(first));
    let gap = if bars > 0.0 { BAR_GAP + bars } else { GAP };
    let right = if direct { ends_width(first) } else { bars };
    let edges = (body.x + axes::gutter(&Axis::percent(50)), body.right() - right);
    Grid::new(data.panels.len(), columns(data.panels.len(), narrow), edges, gap)
}

/// Columns for a number of panels, fewer of them in a column of a report.
fn columns(panels: usize, narrow: bool) -> usize {
    match (panels, narrow) {
        (1..=3, false) | (1, true) => panels,
        (4, false) | (2..=4, true) => 2,
        (5 | 6 | 9, false) | (_, true) => 3,
        _ => 4,
    }
}

/// Entries above the panels: the series if they have no direct labels, then the events.
fn entries(data: &SharePanels, direct: bool, sentence: bool) -> Vec<Entry> {
    let series = &data.panels[0].series;
    let named = |(i, s): (usize, &Series)| {
        let sample = Sample::Line { style: style(s.style), band: has_band(i, series.len()) };
        Entry { sample, name: s.name.clone() }
    };
    let mut key: Vec<Entry> =
        if direct { Vec::new() } else { series.iter().enumerate().map(named).collect() };
    if bars(&data.panels[0]) > 0 {
        let name = "Bars at the right: 90\u{a0}% of runs at the end";
        key.push(Entry::words(name.to_owned()));
    }
    if sentence && !data.events.is_empty() {
        key.push(Entry::words(events::sentence(&data.events)));
    }
    key
}
