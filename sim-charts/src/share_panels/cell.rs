//! One panel of shares.
//!
//! Invariant: bands lie under lines, lines under markers.

use super::{Series, SharePanel, SharePanels, bars, has_band};
use crate::canvas::{Canvas, Label, Point, Rect};
use crate::ends::{End, Ends};
use crate::labels::Slot;
use crate::palette::{Style, style};
use crate::scale::Plot;
use crate::{axes, key, lines, text};

/// Widest label at the end of a line, and height of its lines [logical px].
const END: f64 = 170.0;
const END_ROW: f64 = 17.0;
/// Room between the last panel and the labels of its lines [logical px].
const LEADER: f64 = 18.0;

/// Distance between bars, and of the first one from the panel [logical px].
const BAR_STEP: f64 = 4.5;
const BAR_START: f64 = 8.5;

/// Height below which a plot is small [logical px].
pub(super) const SMALL: f64 = 130.0;

/// One panel with its scales.
pub(super) struct Cell {
    pub(super) plot: Plot,
    pub(super) names: Vec<String>,
    /// No panel stands below, so the years do.
    pub(super) years: bool,
}

impl Cell {
    /// Size of a panel's name, and height of its line [logical px].
    pub(super) const NAME: f64 = 14.0;
    pub(super) const NAME_ROW: f64 = 18.0;

    /// The outlines of all that is drawn in the panel.
    pub(super) fn edges(&self, data: &SharePanels, panel: &SharePanel) -> Vec<Vec<Point>> {
        let count = panel.series.len();
        let shown = |(i, s): (usize, &Series)| {
            let band = has_band(i, count);
            let shown = if band { vec![&s.p05, &s.p50, &s.p95] } else { vec![&s.p50] };
            shown.into_iter().map(|v| self.plot.points(&data.times, v)).collect::<Vec<_>>()
        };
        panel.series.iter().enumerate().flat_map(shown).collect()
    }

    /// Lines and markers are finer in small panels.
    fn look(&self, index: usize) -> Style {
        let style = style(index);
        if self.small() { Style { width: 0.8 * style.width, ..style } } else { style }
    }

    fn small(&self) -> bool {
        self.plot.area.height < SMALL
    }

    pub(super) fn name(&self, canvas: &mut Canvas, head: f64) {
        let Rect { x, y, .. } = self.plot.area;
        let first = y - 9.0 - head - (self.names.len() - 1) as f64 * Self::NAME_ROW;
        let label = |name: &str| Label::new(name, Self::NAME).bold();
        canvas.lines((x, first), Self::NAME_ROW, &self.names, label);
    }

    /// Bands, lines, markers at their ends, and the years if they stand here.
    pub(super) fn draw(&self, canvas: &mut Canvas, data: &SharePanels, panel: &SharePanel) {
        let count = panel.series.len();
        let points = |values: &[f64]| self.plot.points(&data.times, values);
        for (i, series) in panel.series.iter().enumerate() {
            if has_band(i, count) {
                let (low, high) = (points(&series.p05), points(&series.p95));
                canvas.band(&low, &high, style(series.style).line, super::BAND);
            }
        }
        // The baseline comes last, so that it covers the regimes while they do not differ.
        for series in panel.series.iter().rev() {
            lines::draw(canvas, &points(&series.p50), &self.look(series.style));
        }
        let size = if self.small() { 0.75 } else { 1.0 };
        for series in panel.series.iter().rev() {
            let style = self.look(series.style);
            if let Some(end) = points(&series.p50).last() {
                style.marker.draw(canvas, *end, style.line, size);
            }
        }
        if self.years {
            let area = self.plot.area;
            axes::years(canvas, &self.plot, area.x, area.right() + 4.0);
        }
        self.bars(canvas, panel);
    }

    /// Room right of the plot that a number of bars takes [logical px].
    pub(super) fn bars_width(count: usize) -> f64 {
        if count == 0 { 0.0 } else { BAR_START + BAR_STEP * (count - 1) as f64 + 2.0 }
    }

    /// The 90 % range at the end of each series without a band.
    fn bars(&self, canvas: &mut Canvas, panel: &SharePanel) {
        let count = panel.series.len();
        let bare = panel.series.iter().enumerate().filter(|(i, _)| !has_band(*i, count));
        for (place, (_, series)) in bare.enumerate() {
            let x = self.plot.area.right() + BAR_START + BAR_STEP * place as f64;
            if let (Some(low), Some(high)) = (series.p05.last(), series.p95.last()) {
                let ends = vec![(x, self.plot.up.at(*low)), (x, self.plot.up.at(*high))];
                canvas.line(ends, style(series.style).line, 2.2);
            }
        }
    }

    /// Names at the ends of the lines.
    pub(super) fn ends(&self, canvas: &mut Canvas, panel: &SharePanel) {
        let Plot { area, up, .. } = &self.plot;
        let end = |s: &Series| {
            let lines = end_lines(&s.name);
            let extent = lines.len() as f64 * END_ROW + 4.0;
            let target = up.at(s.p50.last().copied().unwrap_or_default());
            End { lines, slot: Slot { target, extent }, colour: style(s.style).text }
        };
        let names: Vec<End> = panel.series.iter().map(end).collect();
        let start = area.right() + Self::bars_width(bars(panel));
        let ends =
            Ends { size: key::SIZE, pitch: END_ROW, leader: start + 6.0, left: start + LEADER };
        // Names that find no room are left out; the panels' table has them.
        let _drawn = ends.draw(canvas, &names, (area.y - 20.0, area.bottom() + axes::YEARS));
    }
}

fn end_lines(name: &str) -> Vec<String> {
    text::wrap_to(name, key::SIZE, true, END, 2)
}

/// Room that the names at the ends of lines need right of the plots [logical px].
pub(super) fn ends_width(panel: &SharePanel) -> f64 {
    let lines = panel.series.iter().flat_map(|s| end_lines(&s.name));
    let bars = Cell::bars_width(bars(panel));
    bars + LEADER + text::widest(lines, key::SIZE, true)
}
