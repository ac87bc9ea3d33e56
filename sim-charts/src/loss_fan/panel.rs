//! One panel of the loss fan.
//!
//! Invariant: the median is drawn above its bands, the bands above the grid.

use super::density::EndShape;
use super::{FanPanel, LossFan};
use crate::events::{self, Flags};
use crate::palette::{Style, style};
use crate::scale::{Axis, Linear, rounded};
use crate::sheet::{Label, Point, Rect, Sheet};
use crate::{axes, text};

/// Opacity of the 90 % band, and of the 50 % band above it.
pub(super) const OUTER: f64 = 0.20;
pub(super) const INNER: f64 = 0.34;
/// Opacity of the density.
const RIDGE: f64 = 0.45;
/// Gap between the end of the fan and the foot of the density [logical px].
const FOOT: f64 = 4.0;

/// A panel with its scales.
pub(super) struct Panel {
    pub(super) plot: Rect,
    /// Right edge of the panel with density and label [logical px].
    pub(super) outer_right: f64,
    /// Width of the density [logical px].
    pub(super) ridge: f64,
    /// Size of the label at the end [logical px].
    pub(super) label_size: f64,
    pub(super) time: Linear,
    pub(super) value: Linear,
    pub(super) shape: EndShape,
    /// Whether the years stand below it.
    pub(super) years: bool,
}

impl Panel {
    /// Draws the panel, with flags on the rules of events if it carries them.
    pub(super) fn draw(
        &self,
        sheet: &mut Sheet,
        axis: &Axis,
        data: &LossFan,
        fan: &FanPanel,
        flags: Option<&Flags>,
    ) {
        let style = style(fan.style);
        axes::grid(sheet, axis, &self.value, self.plot);
        if let Some(flags) = flags {
            flags.draw_poles(sheet, self.plot);
            flags.draw_words(sheet, self.plot);
        } else {
            events::draw_rules(sheet, &data.events, &self.time, self.plot);
        }

        let line = |values: &[f64]| self.points(&data.times, values);
        sheet.band(&line(&fan.p05), &line(&fan.p95), style.line, OUTER);
        sheet.band(&line(&fan.p25), &line(&fan.p75), style.line, INNER);
        sheet.line(line(&fan.p50), style.text, 2.6);

        self.end(sheet, &style);
        if let (Some(median), Some(at)) = (fan.p50.last(), line(&fan.p50).last()) {
            sheet.disc(*at, 3.6, style.text);
            let size = self.label_size;
            let x = self.plot.right() + FOOT + self.ridge + 5.0;
            let y = (at.1 + text::CAP * size / 2.0)
                .clamp(self.plot.y + text::CAP * size, self.plot.bottom());
            let x = if self.shape.span().is_some() { x } else { self.plot.right() + 8.0 };
            sheet.text((x, y), Label::new(rounded(*median), size).bold().colour(style.text));
        }
        if self.years {
            axes::years(sheet, &self.time, self.plot, self.plot.x, self.outer_right);
        }
    }

    pub(super) fn points(&self, times: &[f64], values: &[f64]) -> Vec<Point> {
        times.iter().zip(values).map(|(t, v)| (self.time.at(*t), self.value.at(*v))).collect()
    }

    /// What labels have to keep clear of: the fan, the density and the value at the end.
    pub(super) fn edges(&self, times: &[f64], fan: &FanPanel) -> Vec<Vec<Point>> {
        let mut edges = vec![self.points(times, &fan.p05), self.points(times, &fan.p95)];
        let right = (self.plot.right(), self.outer_right);
        let mut level = |y: f64| edges.push(vec![(right.0, y), (right.1, y)]);
        if let Some((low, high)) = self.shape.span() {
            level(self.value.at(low));
            level(self.value.at(high));
        }
        if let Some(median) = fan.p50.last() {
            level(self.value.at(*median) - self.label_size);
            level(self.value.at(*median) + self.label_size);
        }
        edges
    }

    /// The density, standing on the right edge of the fan.
    fn end(&self, sheet: &mut Sheet, style: &Style) {
        let foot = self.plot.right() + FOOT;
        match &self.shape {
            EndShape::Ridge(points) => {
                let edge: Vec<Point> = points
                    .iter()
                    .map(|(v, share)| (foot + share * (self.ridge - 2.0), self.value.at(*v)))
                    .collect();
                let feet: Vec<Point> = edge.iter().map(|(_, y)| (foot, *y)).collect();
                sheet.band(&feet, &edge, style.line, RIDGE);
                sheet.line(edge, style.line, 1.0);
            }
            EndShape::Strokes(values) => {
                for v in values {
                    let y = self.value.at(*v);
                    sheet.line(vec![(foot, y), (foot + 0.6 * self.ridge, y)], style.line, 1.2);
                }
            }
        }
    }
}
