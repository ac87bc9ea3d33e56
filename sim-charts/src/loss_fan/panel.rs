//! One panel of the loss fan.
//!
//! Invariant: the median is drawn above its bands, the bands above the grid.

use super::density::EndShape;
use super::{FanPanel, LossFan};
use crate::canvas::{Canvas, Label, Point};
use crate::events::{self, Flags};
use crate::palette::{Style, style};
use crate::scale::{Axis, Plot, rounded};
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
    pub(super) plot: Plot,
    pub(super) names: Vec<String>,
    /// Right edge of the panel with density and label [logical px].
    pub(super) outer_right: f64,
    /// Width of the density [logical px].
    pub(super) ridge: f64,
    /// Size of the label at the end [logical px].
    pub(super) label_size: f64,
    pub(super) shape: EndShape,
    /// Whether the years stand below the plot.
    pub(super) years: bool,
}

impl Panel {
    /// Draws the panel, with flags on the rules of events if it carries them.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas,
        axis: &Axis,
        data: &LossFan,
        fan: &FanPanel,
        flags: Option<&Flags>,
    ) {
        let style = style(fan.style);
        axes::grid(canvas, axis, &self.plot);
        events::draw(canvas, flags, &data.events, &self.plot);

        let line = |values: &[f64]| self.plot.points(&data.times, values);
        canvas.band(&line(&fan.p05), &line(&fan.p95), style.line, OUTER);
        canvas.band(&line(&fan.p25), &line(&fan.p75), style.line, INNER);
        canvas.line(line(&fan.p50), style.text, 2.6);

        self.end(canvas, &style);
        if let (Some(median), Some(at)) = (fan.p50.last(), line(&fan.p50).last()) {
            canvas.disc(*at, 3.6, style.text);
            let size = self.label_size;
            let area = self.plot.area;
            let y = (at.1 + text::CAP * size / 2.0).clamp(area.y + text::CAP * size, area.bottom());
            let ridge = if self.shape.span().is_some() { FOOT + self.ridge + 5.0 } else { 8.0 };
            let x = area.right() + ridge;
            canvas.text((x, y), Label::new(rounded(*median), size).bold().colour(style.text));
        }
        if self.years {
            axes::years(canvas, &self.plot, self.plot.area.x, self.outer_right);
        }
    }

    /// Lines that labels have to keep clear of: the fan, the density and the value at the end.
    pub(super) fn edges(&self, times: &[f64], fan: &FanPanel) -> Vec<Vec<Point>> {
        let Plot { area, up, .. } = &self.plot;
        let mut edges = [&fan.p05, &fan.p95].map(|values| self.plot.points(times, values)).to_vec();
        let right = (area.right(), self.outer_right);
        let mut level = |y: f64| edges.push(vec![(right.0, y), (right.1, y)]);
        if let Some((low, high)) = self.shape.span() {
            level(up.at(low));
            level(up.at(high));
        }
        if let Some(median) = fan.p50.last() {
            level(up.at(*median) - self.label_size);
            level(up.at(*median) + self.label_size);
        }
        edges
    }

    /// The density, standing on the right edge of the fan.
    fn end(&self, canvas: &mut Canvas, style: &Style) {
        let Plot { area, up, .. } = &self.plot;
        let foot = area.right() + FOOT;
        match &self.shape {
            EndShape::Ridge(points) => {
                let edge: Vec<Point> = points
                    .iter()
                    .map(|(v, share)| (foot + share * (self.ridge - 2.0), up.at(*v)))
                    .collect();
                let feet: Vec<Point> = edge.iter().map(|(_, y)| (foot, *y)).collect();
                canvas.band(&feet, &edge, style.line, RIDGE);
                canvas.line(edge, style.line, 1.0);
            }
            EndShape::Strokes(values) => {
                for v in values {
                    let y = up.at(*v);
                    canvas.line(vec![(foot, y), (foot + 0.6 * self.ridge, y)], style.line, 1.2);
                }
            }
        }
    }
}
