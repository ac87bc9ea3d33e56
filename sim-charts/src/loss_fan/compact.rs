//! The loss fan in a column: panels in a grid, bands and events named in a key above them.
//!
//! Invariant: all panels share one value scale, one width and one height.

use super::LossFan;
use super::density::EndShape;
use super::panel::Panel;
use super::{band_labels, layout};
use crate::error::ChartError;
use crate::events;
use crate::key::{self, Entry, Sample};
use crate::palette::style;
use crate::scale::{Axis, Linear, rounded};
use crate::sheet::{Label, Rect, Sheet};
use crate::{axes, text};

/// Size of a panel's name and of the number at the end, and height of a line of the name [logical px].
const SIZE: f64 = 14.0;
const NAME: f64 = 17.0;
const NAME_ROWS: usize = 2;
/// Gap between panels, and least height of a plot [logical px].
const GAP: f64 = 12.0;
const MIN_HEIGHT: f64 = 66.0;

/// Everything placed, before anything is drawn.
pub(super) struct Compact {
    axis: Axis,
    key: Vec<Entry>,
    key_area: Rect,
    names: Vec<Vec<String>>,
    panels: Vec<Panel>,
    columns: usize,
}

impl Compact {
    pub(super) fn new(data: &LossFan, body: Rect) -> Result<Self, ChartError> {
        let n = data.panels.len();
        let columns = if n > 4 { 3 } else { n.min(2) };
        let rows = n.div_ceil(columns);
        let shapes: Vec<EndShape> =
            data.panels.iter().map(|panel| EndShape::new(&panel.end_values)).collect();
        let axis = layout::axis(&data.panels, &shapes, 3);
        let key = entries(data);
        let top = body.y + key::height(&key, body);

        let widest = |labels: Vec<String>, size, bold| {
            labels.iter().map(|l| text::width(l, size, bold)).fold(0.0, f64::max)
        };
        let ticks = widest(axis.ticks.iter().map(|t| axis.label(*t)).collect(), axes::SIZE, false);
        let left = body.x + ticks + axes::GUTTER_GAP;
        let outer = (body.right() - left + GAP) / columns as f64 - GAP;
        let ends = data.panels.iter().filter_map(|p| p.p50.last()).map(|v| rounded(*v)).collect();
        let label = widest(ends, SIZE, true) + 5.0;
        let ridge = (0.1 * outer).clamp(8.0, 24.0);
        let width = outer - ridge - 4.0 - label;

        let names: Vec<Vec<String>> = data
            .panels
            .iter()
            .map(|p| text::wrap_to(&p.name, SIZE, true, outer, NAME_ROWS))
            .collect();
        let lines = |row: usize| {
            let row = names.iter().skip(row * columns).take(columns);
            row.map(Vec::len).max().unwrap_or_default() as f64
        };
        let head = |row: usize| lines(row) * NAME + 8.0;
        let heads: f64 = (0..rows).map(head).sum();
        let gaps = 8.0 * (rows - 1) as f64;
        let height = (body.bottom() - axes::YEARS - top - heads - gaps) / rows as f64;
        if height < MIN_HEIGHT {
            return Err(ChartError::NoRoom { height, min: MIN_HEIGHT });
        }
        let span = (data.times[0], data.times[data.times.len() - 1]);
        let panel = |(i, shape): (usize, EndShape)| {
            let (column, row) = (i % columns, i / columns);
            let above: f64 = (0..=row).map(head).sum();
            let x = left + column as f64 * (outer + GAP);
            let y = top + above + row as f64 * (height + 8.0);
            let plot = Rect { x, y, width, height };
            Panel {
                plot,
                outer_right: x + outer,
                ridge,
                label_size: SIZE,
                time: Linear { values: span, pixels: (x, plot.right()) },
                value: Linear { values: (axis.low, axis.high), pixels: (plot.bottom(), plot.y) },
                shape,
                years: i + columns >= n,
            }
        };
        let panels = shapes.into_iter().enumerate().map(panel).collect();
        Ok(Self { axis, key, key_area: body, names, panels, columns })
    }

    pub(super) fn draw(&self, sheet: &mut Sheet, data: &LossFan) {
        key::draw(sheet, &self.key, self.key_area);
        for (i, ((panel, fan), names)) in
            self.panels.iter().zip(&data.panels).zip(&self.names).enumerate()
        {
            let colour = style(fan.style).text;
            for (row, name) in names.iter().enumerate() {
                let up = (names.len() - row) as f64 * NAME;
                let y = panel.plot.y - 8.0 - up + text::ASCENT * SIZE;
                sheet.text((panel.plot.x, y), Label::new(name, SIZE).bold().colour(colour));
            }
            if i % self.columns == 0 {
                axes::values(sheet, &self.axis, &panel.value, panel.plot, |t| self.axis.label(t));
            }
            panel.draw(sheet, &self.axis, data, fan, None);
        }
    }
}

/// Bands, unit and events in words.
fn entries(data: &LossFan) -> Vec<Entry> {
    let words = |name| Entry { sample: Sample::None, name };
    let mut key = band_labels::entries();
    let unit = data.unit.clone();
    key.push(words(if data.events.is_empty() {
        unit
    } else {
        format!("{unit}. {}", events::sentence(&data.events))
    }));
    key
}
