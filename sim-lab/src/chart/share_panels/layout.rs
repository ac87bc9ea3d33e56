//! Where the parts of the share panels stand.
//!
//! Invariant: all panels share one size and one scale.

use super::{SharePanel, SharePanels, has_band};
use crate::chart::error::ChartError;
use crate::chart::events::{self, Flag};
use crate::chart::key::{self, Entry, Sample};
use crate::chart::labels::{Slot, spread};
use crate::chart::palette::{RULE, style};
use crate::chart::scale::{Axis, Linear};
use crate::chart::sheet::{Label, Point, Rect, Sheet};
use crate::chart::{axes, lines, text};

/// Least height of a plot [logical px].
const MIN_HEIGHT: f64 = 48.0;
/// Size of a panel's name, height of its line, most lines.
const NAME: f64 = 14.0;
const NAME_ROW: f64 = 18.0;
const NAME_ROWS: usize = 2;
/// Gaps between panels [logical px].
const GAP: f64 = 22.0;
const ROW_GAP: f64 = 12.0;
/// Widest label at the end of a line, and height of its lines [logical px].
const END: f64 = 170.0;
const END_ROW: f64 = 17.0;
/// Room between the last panel and the labels of its lines [logical px].
const LEADER: f64 = 18.0;

/// Everything placed, before anything is drawn.
pub(super) struct Layout {
    axis: Axis,
    key: Vec<Entry>,
    key_area: Rect,
    cells: Vec<Cell>,
    flags: Vec<Flag>,
    direct: bool,
    columns: usize,
}

/// One panel with its scales.
struct Cell {
    plot: Rect,
    names: Vec<String>,
    time: Linear,
    value: Linear,
    /// No panel stands below, so the years do.
    years: bool,
}

impl Layout {
    pub(super) fn new(data: &SharePanels, body: Rect) -> Result<Self, ChartError> {
        let n = data.panels.len();
        let columns = columns(n);
        let direct = n <= 3;
        let rows = n.div_ceil(columns);

        let gutter = text::width("100 %", axes::SIZE, false) + axes::GUTTER_GAP;
        let ends = if direct { ends_width(&data.panels[0]) + LEADER } else { 0.0 };
        let left = body.x + gutter;
        let pitch = (body.width - gutter - ends + GAP) / columns as f64;
        let width = pitch - GAP;
        let time = |column: usize| {
            let x = left + column as f64 * pitch;
            Linear { values: span(&data.times), pixels: (x, x + width) }
        };

        let flags = if rows == 1 {
            events::flags(&data.events, &time(0), left, left + width + 0.8 * GAP)
        } else {
            None
        };
        let key = entries(data, direct, flags.is_none());
        let flags = flags.unwrap_or_default();
        let key_height =
            if key.is_empty() { 0.0 } else { key::draw(&mut Sheet::default(), &key, body) + 10.0 };

        let names: Vec<Vec<String>> = data
            .panels
            .iter()
            .map(|p| text::wrap_to(&p.name, NAME, true, width, NAME_ROWS))
            .collect();
        let deepest = |row: usize| {
            let row = names.iter().skip(row * columns).take(columns);
            row.map(Vec::len).max().unwrap_or_default() as f64 * NAME_ROW + 8.0
        };
        let heads: f64 = (0..rows).map(deepest).sum::<f64>() + events::height(&flags);
        let free = body.height - key_height - heads - axes::YEARS - ROW_GAP * (rows - 1) as f64;
        let height = free / rows as f64;
        if height < MIN_HEIGHT {
            return Err(ChartError::NoRoom { height, min: MIN_HEIGHT });
        }

        let mut cells = Vec::with_capacity(n);
        let mut top = body.y + key_height;
        for row in 0..rows {
            top += deepest(row) + events::height(&flags);
            for i in row * columns..n.min((row + 1) * columns) {
                let time = time(i % columns);
                let plot = Rect { x: time.pixels.0, y: top, width, height };
                let value = Linear { values: (0.0, 100.0), pixels: (plot.bottom(), plot.y) };
                let years = i + columns >= n;
                cells.push(Cell { plot, names: names[i].clone(), time, value, years });
            }
            top += height + ROW_GAP;
        }
        let axis = Axis::percent(if height > 130.0 { 25 } else { 50 });
        Ok(Self { axis, key, key_area: body, cells, flags, direct, columns })
    }

    /// The rectangle of all plots.
    pub(super) fn data_area(&self) -> Rect {
        let first = self.cells[0].plot;
        let right = self.cells[self.columns.min(self.cells.len()) - 1].plot.right();
        let bottom = self.cells[self.cells.len() - 1].plot.bottom();
        Rect { width: right - first.x, height: bottom - first.y, ..first }
    }

    pub(super) fn draw(&self, sheet: &mut Sheet, data: &SharePanels) {
        key::draw(sheet, &self.key, self.key_area);
        let head = events::height(&self.flags);
        for (i, (cell, panel)) in self.cells.iter().zip(&data.panels).enumerate() {
            cell.name(sheet, head);
            axes::grid(sheet, &self.axis, &cell.value, cell.plot);
            if i % self.columns == 0 {
                let mark = |tick| percent(&self.axis, tick);
                axes::values(sheet, &self.axis, &cell.value, cell.plot, mark);
            }
            events::draw_rules(sheet, &data.events, &cell.time, cell.plot);
            cell.draw(sheet, data, panel);
        }
        events::draw_flags(sheet, &self.flags, self.cells[0].plot);
        if let (true, Some(cell), Some(panel)) =
            (self.direct, self.cells.last(), data.panels.last())
        {
            cell.ends(sheet, panel);
        }
    }
}

impl Cell {
    fn name(&self, sheet: &mut Sheet, head: f64) {
        let bottom = self.plot.y - 9.0 - head;
        let rows = self.names.len();
        for (row, name) in self.names.iter().enumerate() {
            let y = bottom - (rows - 1 - row) as f64 * NAME_ROW;
            sheet.text((self.plot.x, y), Label::new(name, NAME).bold());
        }
    }

    fn draw(&self, sheet: &mut Sheet, data: &SharePanels, panel: &SharePanel) {
        let count = panel.series.len();
        let line = |values: &[f64]| -> Vec<Point> {
            let points = data.times.iter().zip(values);
            points.map(|(t, v)| (self.time.at(*t), self.value.at(*v))).collect()
        };
        for (i, series) in panel.series.iter().enumerate() {
            if has_band(i, count) {
                let colour = style(series.style).line;
                sheet.band(&line(&series.p05), &line(&series.p95), colour, super::BAND);
            }
        }
        for series in &panel.series {
            lines::draw(sheet, &line(&series.p50), &style(series.style));
        }
        for series in &panel.series {
            let style = style(series.style);
            if let Some(end) = line(&series.p50).last() {
                style.marker.draw(sheet, *end, style.line);
            }
        }
        if self.years {
            let (low, high) = (self.plot.x, self.plot.right() + 0.4 * GAP);
            axes::years(sheet, &self.time, self.plot, low, high);
        }
    }

    /// Names at the ends of the lines, pushed apart, with leader lines.
    fn ends(&self, sheet: &mut Sheet, panel: &SharePanel) {
        let names: Vec<Vec<String>> = panel.series.iter().map(|s| end_lines(&s.name)).collect();
        let target =
            |i: usize| self.value.at(panel.series[i].p50.last().copied().unwrap_or_default());
        let slots: Vec<Slot> = (0..names.len())
            .map(|i| Slot { target: target(i), extent: names[i].len() as f64 * END_ROW + 4.0 })
            .collect();
        let (low, high) = (self.plot.y - 20.0, self.plot.bottom() + axes::YEARS);
        let Some(centres) = spread(&slots, low, high) else { return };
        for (i, centre) in centres.iter().enumerate() {
            let style = style(panel.series[i].style);
            let x = self.plot.right() + LEADER;
            if (centre - slots[i].target).abs() > 1.0 {
                let from = (self.plot.right() + 6.0, slots[i].target);
                sheet.line(vec![from, (x - 3.0, *centre)], RULE, 0.8);
            }
            let first = centre - (names[i].len() - 1) as f64 * END_ROW / 2.0;
            for (row, name) in names[i].iter().enumerate() {
                let y = first + row as f64 * END_ROW + text::CAP * key::SIZE / 2.0;
                sheet.text((x, y), Label::new(name, key::SIZE).bold().colour(style.text));
            }
        }
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

fn span(times: &[f64]) -> (f64, f64) {
    (times[0], times[times.len() - 1])
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
    if sentence && !data.events.is_empty() {
        key.push(Entry { sample: Sample::None, name: events::sentence(&data.events) });
    }
    key
}

fn end_lines(name: &str) -> Vec<String> {
    text::wrap_to(name, key::SIZE, true, END, 2)
}

fn ends_width(panel: &SharePanel) -> f64 {
    let lines = panel.series.iter().flat_map(|s| end_lines(&s.name));
    lines.map(|l| text::width(&l, key::SIZE, true)).fold(0.0, f64::max)
}

/// The highest tick carries the unit.
fn percent(axis: &Axis, tick: f64) -> String {
    let unit = if tick == 100.0 { "\u{a0}%" } else { "" };
    format!("{}{unit}", axis.label(tick))
}
