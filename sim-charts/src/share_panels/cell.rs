//! One panel of shares.
//!
//! Invariant: bands lie under lines, lines under markers.

use super::{Series, SharePanel, SharePanels, bars, has_band};
use crate::labels::{Slot, spread};
use crate::palette::{RULE, Style, style};
use crate::scale::Linear;
use crate::sheet::{Label, Point, Rect, Sheet};
use crate::{axes, key, lines, text};

/// Widest label at the end of a line, and height of its lines [logical px].
const END: f64 = 170.0;
const END_ROW: f64 = 17.0;
/// Room between the last panel and the labels of its lines [logical px].
const LEADER: f64 = 18.0;

/// Distance between bars, and of the first one from the panel [logical px].
const BAR_STEP: f64 = 4.5;
const BAR_START: f64 = 8.5;

/// One panel with its scales.
pub(super) struct Cell {
    pub(super) plot: Rect,
    pub(super) names: Vec<String>,
    pub(super) time: Linear,
    pub(super) value: Linear,
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
        let of = |(i, s): (usize, &Series)| {
            let band = has_band(i, count);
            let shown = if band { vec![&s.p05, &s.p50, &s.p95] } else { vec![&s.p50] };
            shown.into_iter().map(|values| self.points(data, values)).collect::<Vec<_>>()
        };
        panel.series.iter().enumerate().flat_map(of).collect()
    }

    fn points(&self, data: &SharePanels, values: &[f64]) -> Vec<Point> {
        let points = data.times.iter().zip(values);
        points.map(|(t, v)| (self.time.at(*t), self.value.at(*v))).collect()
    }

    /// Lines and markers are finer in small panels.
    fn look(&self, index: usize) -> Style {
        let style = style(index);
        if self.small() { Style { width: 0.8 * style.width, ..style } } else { style }
    }

    fn small(&self) -> bool {
        self.plot.height < 130.0
    }

    pub(super) fn name(&self, sheet: &mut Sheet, head: f64) {
        let bottom = self.plot.y - 9.0 - head;
        let rows = self.names.len();
        for (row, name) in self.names.iter().enumerate() {
            let y = bottom - (rows - 1 - row) as f64 * Self::NAME_ROW;
            sheet.text((self.plot.x, y), Label::new(name, Self::NAME).bold());
        }
    }

    pub(super) fn draw(&self, sheet: &mut Sheet, data: &SharePanels, panel: &SharePanel) {
        let count = panel.series.len();
        for (i, series) in panel.series.iter().enumerate() {
            if has_band(i, count) {
                let (low, high) = (self.points(data, &series.p05), self.points(data, &series.p95));
                sheet.band(&low, &high, style(series.style).line, super::BAND);
            }
        }
        // The baseline comes last, so that it covers the regimes while they do not differ.
        for series in panel.series.iter().rev() {
            lines::draw(sheet, &self.points(data, &series.p50), &self.look(series.style));
        }
        let size = if self.small() { 0.75 } else { 1.0 };
        for series in panel.series.iter().rev() {
            let style = self.look(series.style);
            if let Some(end) = self.points(data, &series.p50).last() {
                style.marker.draw(sheet, *end, style.line, size);
            }
        }
        if self.years {
            axes::years(sheet, &self.time, self.plot, self.plot.x, self.plot.right() + 4.0);
        }
        self.bars(sheet, panel);
    }

    /// Room right of the plot that a number of bars takes [logical px].
    pub(super) fn bars_width(count: usize) -> f64 {
        if count == 0 { 0.0 } else { BAR_START + BAR_STEP * (count - 1) as f64 + 2.0 }
    }

    /// The 90 % range at the end of each series without a band.
    fn bars(&self, sheet: &mut Sheet, panel: &SharePanel) {
        let count = panel.series.len();
        let bare = panel.series.iter().enumerate().filter(|(i, _)| !has_band(*i, count));
        for (place, (_, series)) in bare.enumerate() {
            let x = self.plot.right() + BAR_START + BAR_STEP * place as f64;
            if let (Some(low), Some(high)) = (series.p05.last(), series.p95.last()) {
                let ends = vec![(x, self.value.at(*low)), (x, self.value.at(*high))];
                sheet.line(ends, style(series.style).line, 2.2);
            }
        }
    }

    /// Names at the ends of the lines, pushed apart, with leader lines.
    pub(super) fn ends(&self, sheet: &mut Sheet, panel: &SharePanel) {
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
            let start = self.plot.right() + Self::bars_width(bars(panel));
            let x = start + LEADER;
            if (centre - slots[i].target).abs() > 1.0 {
                let from = (start + 6.0, slots[i].target);
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

fn end_lines(name: &str) -> Vec<String> {
    text::wrap_to(name, key::SIZE, true, END, 2)
}

/// Room that the names at the ends of lines need right of the plots [logical px].
pub(super) fn ends_width(panel: &SharePanel) -> f64 {
    let lines = panel.series.iter().flat_map(|s| end_lines(&s.name));
    let bars = Cell::bars_width(bars(panel));
    bars + LEADER + lines.map(|l| text::width(&l, key::SIZE, true)).fold(0.0, f64::max)
}
