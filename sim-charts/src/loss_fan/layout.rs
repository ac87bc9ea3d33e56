//! Where the parts of the loss fan stand.
//!
//! Invariant: all panels share one value scale and one width.

use super::band_labels::{self, BandLabels};
use super::density::EndShape;
use super::panel::Panel;
use super::{FanPanel, LossFan};
use crate::axes;
use crate::error::ChartError;
use crate::events::{self, Flags};
use crate::key::{self, Entry, Sample};
use crate::palette::{SOFT, style};
use crate::scale::{Axis, Linear, rounded};
use crate::sheet::{Anchor, Label, Rect, Sheet};
use crate::text;

/// Least height of the plots [logical px].
const MIN_HEIGHT: f64 = 120.0;
/// Height of a line of a panel's name, and its most lines.
const NAME: f64 = 19.0;
const NAME_ROWS: usize = 3;
/// Gap between panels [logical px].
const GAP: f64 = 16.0;

/// Everything placed, before anything is drawn.
pub(super) struct Layout {
    axis: Axis,
    key: Vec<Entry>,
    key_area: Rect,
    unit_at: (f64, f64),
    unit_anchor: Anchor,
    names_top: f64,
    names: Vec<Vec<String>>,
    panels: Vec<Panel>,
    first: Labels,
}

/// Where words stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the plot of the first panel.
    Inside,
    /// Above the plot of the first panel.
    Above,
    /// In the key above all panels.
    Words,
}

/// The labels that only the first panel carries.
struct Labels {
    flags: Option<Flags>,
    bands: Option<BandLabels>,
}

impl Labels {
    /// `None` if labels that should stand inside do not fit.
    fn place(
        data: &LossFan,
        panel: &Panel,
        above: Option<Flags>,
        flags: Place,
        bands: Place,
    ) -> Option<Self> {
        let fan = &data.panels[0];
        let flags = if flags == Place::Inside {
            let (plot, right) = (panel.plot, panel.outer_right);
            let edges = panel.edges(&data.times, fan);
            Some(Flags::inside(&data.events, &panel.time, plot, right, &edges)?)
        } else {
            above
        };
        let taken = flags.as_ref().map(|flags| flags.boxes(panel.plot)).unwrap_or_default();
        let bands = if bands == Place::Inside {
            Some(BandLabels::place(fan, &data.times, panel, &taken)?)
        } else {
            None
        };
        Some(Self { flags, bands })
    }
}

/// Horizontal measures, the same for all panels [logical px].
struct Columns {
    first: f64,
    pitch: f64,
    outer: f64,
    plot: f64,
    ridge: f64,
    label_size: f64,
}

impl Layout {
    /// The first of the choices that works: labels in the plot before labels above it before
    /// words above the panels.
    pub(super) fn new(data: &LossFan, body: Rect) -> Result<Self, ChartError> {
        for flags in [Place::Inside, Place::Above, Place::Words] {
            for bands in [Place::Inside, Place::Words] {
                if let Some(layout) = Self::with(data, body, flags, bands)? {
                    return Ok(layout);
                }
            }
        }
        Err(ChartError::NoRoom { height: body.height, min: MIN_HEIGHT })
    }

    fn with(
        data: &LossFan,
        body: Rect,
        flags: Place,
        bands: Place,
    ) -> Result<Option<Self>, ChartError> {
        let shapes: Vec<EndShape> =
            data.panels.iter().map(|panel| EndShape::new(&panel.end_values)).collect();
        let axis = axis(&data.panels, &shapes, 5);
        let columns = Columns::new(data, &axis, body);

        let time = columns.time(data, 0);
        let right = columns.first + columns.outer;
        let above = match flags {
            Place::Above => Flags::above(&data.events, &time, columns.first, right),
            Place::Inside | Place::Words => None,
        };
        if flags == Place::Above && above.is_none() {
            return Ok(None);
        }
        let key = key_entries(data, flags, bands);
        let key_height = key::height(&key, body);
        let own_row =
            text::width(&data.unit, axes::SIZE, false) > columns.first - body.x - axes::GUTTER_GAP;
        let names_top = body.y + key_height + if own_row { 20.0 } else { 0.0 };
        let names = names(data, columns.outer);
        let rows = names.iter().map(Vec::len).max().unwrap_or_default() as f64;
        let head = rows * NAME + 8.0 + above.as_ref().map_or(0.0, Flags::height);

        let top = names_top + head;
        let height = body.bottom() - axes::YEARS - top;
        if height < MIN_HEIGHT {
            return Err(ChartError::NoRoom { height, min: MIN_HEIGHT });
        }
        let (unit_at, unit_anchor) = if own_row {
            ((body.x, body.y + key_height + 14.0), Anchor::Start)
        } else {
            ((columns.first - axes::GUTTER_GAP, top - 15.6), Anchor::End)
        };
        let value = Linear { values: (axis.low, axis.high), pixels: (top + height, top) };
        let panels: Vec<Panel> = shapes
            .into_iter()
            .enumerate()
            .map(|(i, shape)| columns.panel(data, i, value, shape))
            .collect();

        let first = Labels::place(data, &panels[0], above, flags, bands);
        let Some(first) = first else { return Ok(None) };
        let key_area = body;
        Ok(Some(Self {
            axis,
            key,
            key_area,
            unit_at,
            unit_anchor,
            names_top,
            names,
            panels,
            first,
        }))
    }

    pub(super) fn draw(&self, sheet: &mut Sheet, data: &LossFan) {
        key::draw(sheet, &self.key, self.key_area);
        let unit = Label::new(&data.unit, axes::SIZE).colour(SOFT).anchor(self.unit_anchor);
        sheet.text(self.unit_at, unit);
        let first = &self.panels[0];
        axes::values(sheet, &self.axis, &first.value, first.plot, |tick| self.axis.label(tick));
        for ((panel, fan), names) in self.panels.iter().zip(&data.panels).zip(&self.names) {
            let colour = style(fan.style).text;
            for (row, name) in names.iter().enumerate() {
                let y = self.names_top + row as f64 * NAME + text::ASCENT * 15.0;
                sheet.text((panel.plot.x, y), Label::new(name, 15.0).bold().colour(colour));
            }
            let flags = if std::ptr::eq(panel, first) { self.first.flags.as_ref() } else { None };
            panel.draw(sheet, &self.axis, data, fan, flags);
        }
        if let Some(bands) = &self.first.bands {
            bands.draw(sheet);
        }
    }
}

impl Columns {
    fn new(data: &LossFan, axis: &Axis, body: Rect) -> Self {
        let n = data.panels.len();
        let widest = |labels: Vec<String>, size: f64, bold: bool| {
            labels.iter().map(|l| text::width(l, size, bold)).fold(0.0, f64::max)
        };
        let ticks = widest(axis.ticks.iter().map(|t| axis.label(*t)).collect(), axes::SIZE, false);
        let unit = text::width(&data.unit, axes::SIZE, false);
        let gutter = if unit <= 72.0 { ticks.max(unit) } else { ticks } + axes::GUTTER_GAP;

        let label_size = if n > 4 { 14.0 } else { 16.0 };
        let ends = data.panels.iter().filter_map(|p| p.p50.last()).map(|v| rounded(*v)).collect();
        let label = widest(ends, label_size, true) + 5.0;
        let first = body.x + gutter;
        let pitch = (body.right() - first + GAP) / n as f64;
        let outer = pitch - GAP;
        let ridge = (0.13 * outer).clamp(12.0, 44.0);
        Self { first, pitch, outer, plot: outer - ridge - 4.0 - label, ridge, label_size }
    }

    fn left(&self, i: usize) -> f64 {
        self.first + i as f64 * self.pitch
    }

    fn time(&self, data: &LossFan, i: usize) -> Linear {
        let ends = (data.times[0], data.times[data.times.len() - 1]);
        Linear { values: ends, pixels: (self.left(i), self.left(i) + self.plot) }
    }

    fn panel(&self, data: &LossFan, i: usize, value: Linear, shape: EndShape) -> Panel {
        let (bottom, y) = value.pixels;
        let plot = Rect { x: self.left(i), y, width: self.plot, height: bottom - y };
        Panel {
            plot,
            outer_right: self.left(i) + self.outer,
            ridge: self.ridge,
            label_size: self.label_size,
            time: self.time(data, i),
            value,
            shape,
            years: true,
        }
    }
}

/// One value axis for all panels.
pub(super) fn axis(panels: &[FanPanel], shapes: &[EndShape], count: usize) -> Axis {
    let bands = panels.iter().flat_map(|p| p.p05.iter().chain(&p.p95)).copied();
    let ends = shapes.iter().filter_map(EndShape::span).flat_map(|(low, high)| [low, high]);
    let (low, high) = bands
        .chain(ends)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    Axis::around(low, high, count)
}

/// What the key has to say because the first panel does not.
fn key_entries(data: &LossFan, flags: Place, bands: Place) -> Vec<Entry> {
    let mut key = if bands == Place::Words { band_labels::entries() } else { Vec::new() };
    if flags == Place::Words && !data.events.is_empty() {
        key.push(Entry { sample: Sample::None, name: events::sentence(&data.events) });
    }
    key
}

/// Names of the panels, wrapped to the width of a panel.
fn names(data: &LossFan, width: f64) -> Vec<Vec<String>> {
    data.panels.iter().map(|p| text::wrap_to(&p.name, 15.0, true, width, NAME_ROWS)).collect()
}
