//! Direct labels of the bands and the median, with leader lines, in free space of a panel.
//!
//! Invariant: the labels lie wholly above or wholly below the fan; if they cannot, a key names the
//! bands instead.

use super::FanPanel;
use super::panel::{INNER, OUTER, Panel};
use crate::canvas::{Anchor, Canvas, Label, Point, Rect, span_over};
use crate::key::{Entry, Sample};
use crate::labels::{Slot, spread};
use crate::palette::{INK, PAPER, style};
use crate::text;

const SIZE: f64 = 14.0;
const ROW: f64 = 19.0;
/// Clearance between labels and the fan or the edge of the plot [logical px].
const CLEAR: f64 = 8.0;
const NAMES: [&str; 3] = ["Median", "50 % of runs", "90 % of runs"];
const SHORT: [&str; 3] = ["Median", "50 %", "90 %"];

/// Labels with the point each one names.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct BandLabels {
    labels: Vec<(String, Point, Point)>,
}

/// A place for the block of labels.
struct Block {
    cost: f64,
    right: f64,
    centres: Vec<f64>,
}

/// Entries of a key that stands in for direct labels.
pub(super) fn entries() -> Vec<Entry> {
    let style = style(0);
    let both = 1.0 - (1.0 - OUTER) * (1.0 - INNER);
    let patch = |alpha| Sample::Patch { style, alpha };
    vec![
        Entry { sample: Sample::Line { style, band: false }, name: NAMES[0].to_owned() },
        Entry { sample: patch(both), name: NAMES[1].to_owned() },
        Entry { sample: patch(OUTER), name: NAMES[2].to_owned() },
    ]
}

impl BandLabels {
    /// The best place in a panel, clear of the rectangles that are taken, with the long names if they fit; `None` if
    /// even the short ones do not.
    pub(super) fn place(
        fan: &FanPanel,
        times: &[f64],
        panel: &Panel,
        taken: &[Rect],
    ) -> Option<Self> {
        let find = |names| Self::place_names(names, fan, times, panel, taken);
        find(&NAMES).or_else(|| find(&SHORT))
    }

    fn place_names(
        names: &[&str; 3],
        fan: &FanPanel,
        times: &[f64],
        panel: &Panel,
        taken: &[Rect],
    ) -> Option<Self> {
        let width = text::widest(names, SIZE, false);
        let low = panel.plot.points(times, &fan.p05);
        let high = panel.plot.points(times, &fan.p95);
        let mut best: Option<(Block, Vec<Point>)> = None;
        for at in times.len() * 2 / 5..times.len() * 19 / 20 {
            for below in [true, false] {
                let targets = targets(fan, panel, times, at, below);
                let edge = if below { &low } else { &high };
                for block in blocks(&targets, edge, panel.plot.area, width, below) {
                    let free = taken.iter().all(|words| !block.area(width).near(words, 5.0));
                    if free && best.as_ref().is_none_or(|(b, _)| block.cost < b.cost) {
                        best = Some((block, targets.clone()));
                    }
                }
            }
        }
        let (block, targets) = best?;
        let foot = |i: usize| (block.right, block.centres[i]);
        let labels = (0..3).map(|i| (names[i].to_owned(), foot(i), targets[i])).collect();
        Some(Self { labels })
    }

    /// Draws leader lines, then the names on paper.
    pub(super) fn draw(&self, canvas: &mut Canvas) {
        for (_, foot, target) in &self.labels {
            canvas.line(vec![(foot.0 + 4.0, foot.1), *target], INK, 0.8);
            canvas.disc(*target, 2.2, INK);
        }
        for (name, foot, _) in &self.labels {
            let width = text::width(name, SIZE, false);
            let back =
                Rect { x: foot.0 - width - 2.0, y: foot.1 - 8.0, width: width + 4.0, height: 16.0 };
            canvas.fill(back, PAPER, 0.85);
            let at = (foot.0, foot.1 + text::CAP * SIZE / 2.0);
            canvas.text(at, Label::new(name, SIZE).anchor(Anchor::End));
        }
    }
}

/// Points inside the median, the 50 % band and the 90 % band at one time, on the side of the labels.
fn targets(fan: &FanPanel, panel: &Panel, times: &[f64], at: usize, below: bool) -> Vec<Point> {
    let (inner, outer) = if below { (&fan.p25, &fan.p05) } else { (&fan.p75, &fan.p95) };
    let x = panel.plot.across.at(times[at]);
    let y = |value: f64| panel.plot.up.at(value);
    let between = |a: f64, b: f64| y(f64::midpoint(a, b));
    vec![
        (x, y(fan.p50[at])),
        (x, between(fan.p50[at], inner[at])),
        (x, between(inner[at], outer[at])),
    ]
}

/// Places for the labels to the left of their targets, beyond the edge of the fan.
fn blocks(targets: &[Point], edge: &[Point], plot: Rect, width: f64, below: bool) -> Vec<Block> {
    let anchor = targets[0].0;
    let gap = targets.windows(2).map(|p| (p[1].1 - p[0].1).abs()).fold(f64::INFINITY, f64::min);
    // Bands too thin to point at are not labelled here.
    if gap < 4.0 {
        return Vec::new();
    }
    let slots: Vec<Slot> = targets.iter().map(|t| Slot { target: t.1, extent: ROW }).collect();
    let mut found = Vec::new();
    for step in 1..40 {
        let right = anchor - 10.0 * f64::from(step);
        let left = right - width;
        if left < plot.x + 4.0 {
            break;
        }
        let (highest, lowest) = span_over(edge, left - 12.0, right + 12.0);
        let (top, bottom) = if below {
            (lowest.max(plot.y) + CLEAR, plot.bottom() - CLEAR)
        } else {
            (plot.y + CLEAR, highest.min(plot.bottom()) - CLEAR)
        };
        let Some(centres) = spread(&slots, top, bottom) else { continue };
        let steep = |(c, t): (&f64, &Point)| (c - t.1).abs() > 1.1 * (anchor - right);
        if centres.iter().zip(targets).any(steep) {
            continue;
        }
        let moves: f64 = centres.iter().zip(targets).map(|(c, t)| (c - t.1).abs()).sum();
        let cost = (anchor - right) + 1.5 * moves + 900.0 / gap;
        found.push(Block { cost, right, centres });
    }
    found
}

impl Block {
    /// The rectangle around all labels.
    fn area(&self, width: f64) -> Rect {
        let low = self.centres.iter().copied().fold(f64::INFINITY, f64::min);
        let high = self.centres.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Rect { x: self.right - width, y: low - ROW / 2.0, width, height: high - low + ROW }
    }
}
