//! Where the parts of the loss fan stand.
//!
//! Invariant: all panels share one value scale, one width and one height.

use super::LossFan;
use super::band_labels::{self, BandLabels};
use super::density::EndShape;
use super::panel::Panel;
use crate::canvas::{Anchor, Canvas, Label, Point, Rect};
use crate::error::ChartError;
use crate::events::{self, Flags};
use crate::key::{self, Entry};
use crate::multiples::{Grid, NAME_GAP};
use crate::palette::style;
use crate::scale::{Axis, Linear, Plot, rounded};
use crate::size::Size;
use crate::{axes, text};

/// Everything placed, before anything is drawn.
pub(super) struct FanLayout<'a> {
    draft: &'a Draft<'a>,
    key: Vec<Entry>,
    /// Place of the unit by the axis; in a column the key names it.
    unit: Option<(Point, Anchor)>,
    panels: Vec<Panel>,
    /// Heights of the names' upper edges above the plots.
    names_up: Vec<f64>,
    /// Labels that only the first panel carries.
    flags: Option<Flags>,
    bands: Option<BandLabels>,
}

/// A place for words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the plot of the first panel.
    Inside,
    /// Above the plot of the first panel.
    Above,
    /// In the key above all panels.
    Key,
}

/// Places of the events' flags and of the bands' labels, in the order in which they are tried: in the plot before above
/// it before in the key.
const CHOICES: [(Place, Place); 6] = [
    (Place::Inside, Place::Inside),
    (Place::Inside, Place::Key),
    (Place::Above, Place::Inside),
    (Place::Above, Place::Key),
    (Place::Key, Place::Inside),
    (Place::Key, Place::Key),
];

/// All that does not depend on where the labels stand.
pub(super) struct Draft<'a> {
    data: &'a LossFan,
    body: Rect,
    narrow: bool,
    /// Size of a panel's name, height of one of its lines [logical px], and its most lines.
    name: (f64, f64, usize),
    /// Size of the number at the end of a fan [logical px].
    end: f64,
    /// Least height of a plot [logical px].
    least: f64,
    shapes: Vec<EndShape>,
    axis: Axis,
    grid: Grid,
    /// Widths of a plot and of the density at its right [logical px].
    plot: f64,
    ridge: f64,
}

impl<'a> Draft<'a> {
    /// Scales and columns for a body of a size.
    pub(super) fn new(data: &'a LossFan, body: Rect, size: Size) -> Self {
        let panels = data.panels.len();
        let columns = size.choose(panels, if panels > 4 { 3 } else { panels.min(2) });
        let name = size.choose((15.0, 19.0, 3), (14.0, 17.0, 2));
        let end = size.choose(if panels > 4 { 14.0 } else { 16.0 }, 14.0);
        let least = size.choose(120.0, 66.0);
        let shapes: Vec<EndShape> =
            data.panels.iter().map(|panel| EndShape::new(&panel.end_values)).collect();
        let axis = axis(data, &shapes, size.choose(5, 3));
        let unit = text::width(&data.unit, axes::SIZE, false);
        let by_axis = if unit <= 72.0 && !size.narrow() { unit } else { 0.0 };
        let left = body.x + axis.widest(axes::SIZE).max(by_axis) + axes::GUTTER_GAP;
        let edges = (left, body.right());
        let grid = Grid::new(panels, columns, edges, size.choose(16.0, 12.0));

        let ends = data.panels.iter().filter_map(|p| p.p50.last()).map(|v| rounded(*v));
        let label = text::widest(ends, end, true) + 5.0;
        // The density takes a share of the column.
        let (share, low, high) = size.choose((0.13, 12.0, 44.0), (0.1, 8.0, 24.0));
        let ridge = (share * grid.width).clamp(low, high);
        let plot = grid.width - ridge - 4.0 - label;
        let narrow = size.narrow();
        Self { data, body, narrow, name, end, least, shapes, axis, grid, plot, ridge }
    }

    /// The layout of the first choice that works; in a column all words stand in the key.
    pub(super) fn layout(&self) -> Result<FanLayout<'_>, ChartError> {
        let choices = if self.narrow { &CHOICES[5..] } else { &CHOICES };
        let mut tried = choices.iter().filter_map(|choice| self.with(*choice).transpose());
        let none = ChartError::NoRoom { height: self.body.height, min: self.least };
        tried.next().unwrap_or(Err(none))
    }

    /// `None` if the labels do not fit where they should stand.
    fn with(&self, choice: (Place, Place)) -> Result<Option<FanLayout<'_>>, ChartError> {
        let (body, grid) = (self.body, &self.grid);
        let above = (choice.0 == Place::Above).then(|| self.flags_above()).flatten();
        if choice.0 == Place::Above && above.is_none() {
            return Ok(None);
        }
        let key = self.entries(choice);
        let key_foot = body.y + key::height(&key, body);
        let gutter = grid.left - body.x - axes::GUTTER_GAP;
        let own_row = !self.narrow && text::width(&self.data.unit, axes::SIZE, false) > gutter;
        let top = key_foot + if own_row { 20.0 } else { 0.0 };

        let names = self.names();
        let mut heads = grid.heads(&names, self.name.1);
        heads[0] += above.as_ref().map_or(0.0, Flags::height);
        let areas = grid.plots(&heads, (top, body.bottom()), 8.0, self.least)?;
        let unit = if own_row {
            ((body.x, key_foot + 14.0), Anchor::Start)
        } else {
            ((grid.left - axes::GUTTER_GAP, areas[0].y - 15.6), Anchor::End)
        };
        // In a column names stand on their plots, elsewhere they hang level.
        let up = |name: &Vec<String>| {
            if self.narrow { name.len() as f64 * self.name.1 + NAME_GAP } else { heads[0] }
        };
        let names_up = names.iter().map(up).collect();
        let panel = |(i, (area, names))| self.panel(i, area, names);
        let panels: Vec<Panel> = areas.into_iter().zip(names).enumerate().map(panel).collect();
        let unit = (!self.narrow).then_some(unit);
        let labels = self.labels(&panels[0], above, choice);
        Ok(labels.map(|(flags, bands)| {
            let draft = self;
            FanLayout { draft, key, unit, panels, names_up, flags, bands }
        }))
    }

    /// Flags and names of bands in the first panel; `None` if those that should stand inside do not fit.
    fn labels(
        &self,
        panel: &Panel,
        above: Option<Flags>,
        (flags, bands): (Place, Place),
    ) -> Option<(Option<Flags>, Option<BandLabels>)> {
        let (data, fan) = (self.data, &self.data.panels[0]);
        let flags = if flags == Place::Inside {
            let edges = panel.edges(&data.times, fan);
            Some(Flags::inside(&data.events, &panel.plot, panel.outer_right, &edges)?)
        } else {
            above
        };
        let taken = flags.as_ref().map(|flags| flags.boxes(panel.plot.area)).unwrap_or_default();
        let bands = match bands {
            Place::Inside => Some(BandLabels::place(fan, &data.times, panel, &taken)?),
            Place::Above | Place::Key => None,
        };
        Some((flags, bands))
    }

    /// Flags over the first panel, if they fit there.
    fn flags_above(&self) -> Option<Flags> {
        let (times, left) = (&self.data.times, self.grid.left);
        let (ends, pixels) = ((times[0], times[times.len() - 1]), (left, left + self.plot));
        let time = Linear { values: ends, pixels };
        Flags::above(&self.data.events, &time, left, left + self.grid.width)
    }

    /// Names of the panels, wrapped to the width of a column.
    fn names(&self) -> Vec<Vec<String>> {
        let (size, _, lines) = self.name;
        let wrap = |words: &str| text::wrap_to(words, size, true, self.grid.width, lines);
        self.data.panels.iter().map(|panel| wrap(&panel.name)).collect()
    }

    /// A panel in its column.
    fn panel(&self, i: usize, area: Rect, names: Vec<String>) -> Panel {
        Panel {
            plot: Plot::over(Rect { width: self.plot, ..area }, &self.data.times, &self.axis),
            names,
            outer_right: area.right(),
            ridge: self.ridge,
            label_size: self.end,
            shape: self.shapes[i].clone(),
            years: self.grid.is_lowest(i),
        }
    }

    /// The words that the key has to say because the first panel does not.
    fn entries(&self, (flags, bands): (Place, Place)) -> Vec<Entry> {
        let LossFan { unit, events, .. } = self.data;
        let mut key = if bands == Place::Key { band_labels::entries() } else { Vec::new() };
        let events = (flags == Place::Key && !events.is_empty()).then(|| events::sentence(events));
        let words = match (self.narrow, events) {
            (true, Some(events)) => Some(format!("{unit}. {events}")),
            (true, None) => Some(unit.clone()),
            (false, events) => events,
        };
        key.extend(words.map(Entry::words));
        key
    }
}

impl FanLayout<'_> {
    pub(super) fn draw(&self, canvas: &mut Canvas) {
        let Draft { data, axis, grid, name: (size, line, _), .. } = self.draft;
        key::draw(canvas, &self.key, self.draft.body);
        if let Some((at, anchor)) = self.unit {
            canvas.text(at, Label::soft(&data.unit, axes::SIZE).anchor(anchor));
            axes::values(canvas, axis, &self.panels[0].plot);
        }
        for (i, (panel, fan)) in self.panels.iter().zip(&data.panels).enumerate() {
            let colour = style(fan.style).text;
            let area = panel.plot.area;
            let at = (area.x, area.y - self.names_up[i] + text::ASCENT * size);
            let label = |name: &str| Label::new(name, *size).bold().colour(colour);
            canvas.lines(at, *line, &panel.names, label);
            if self.unit.is_none() && grid.leads(i) {
                axes::values(canvas, axis, &panel.plot);
            }
            let flags = self.flags.as_ref().filter(|_| i == 0);
            panel.draw(canvas, axis, data, fan, flags);
        }
        if let Some(bands) = &self.bands {
            bands.draw(canvas);
        }
    }
}

/// One value axis for all panels.
fn axis(data: &LossFan, shapes: &[EndShape], count: usize) -> Axis {
    let bands = data.panels.iter().flat_map(|p| p.p05.iter().chain(&p.p95)).copied();
    let ends = shapes.iter().filter_map(EndShape::span).flat_map(|(low, high)| [low, high]);
    Axis::around(bands.chain(ends), count)
}
