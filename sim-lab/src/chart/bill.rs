//! The bill: what is the loss made of? A waterfall of parts that add up, and what stands beside it.
//!
//! Invariant: bars of parts begin where the one before ends; means are drawn, because means add up.

use super::error::ChartError;
use super::figure::Figure;
use super::frame::Frame;
use super::palette::{CHINA, INK, RULE, SOFT, THIRD, US};
use super::scale::{Axis, Linear, rounded};
use super::sheet::{Anchor, Label, Rect, Sheet};
use super::table::Table;
use super::{axes, checks, svg, text};

const SIZE: f64 = 14.0;
const NAME: f64 = 330.0;

/// A waterfall.
#[derive(Debug, Clone, PartialEq)]
pub struct Bill {
    /// Unit of the values.
    pub unit: String,
    /// Parts in order, 1 to 8: they add up to the total.
    pub parts: Vec<Part>,
    /// The whole.
    pub total: Part,
    /// What is counted beside it, 0 to 4.
    pub beside: Vec<Part>,
}

/// A part: its mean and its 5 % and 95 % quantiles.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Name.
    pub name: String,
    /// Mean.
    pub mean: f64,
    /// 5 % quantile.
    pub low: f64,
    /// 95 % quantile.
    pub high: f64,
}

/// Draws the waterfall.
///
/// # Errors
/// [`ChartError`].
pub fn bill(frame: &Frame, data: &Bill) -> Result<Figure, ChartError> {
    checks::count("parts", data.parts.len(), 1, 8)?;
    checks::count("rows beside", data.beside.len(), 0, 4)?;
    let all = || data.parts.iter().chain([&data.total]).chain(&data.beside);
    for p in all() {
        checks::finite(&p.name, &[p.mean, p.low, p.high])?;
    }
    let mut sheet = Sheet::default();
    let body = frame.lay(&mut sheet)?;
    // Where each bar begins.
    let mut starts = Vec::new();
    let mut sum = 0.0;
    for p in &data.parts {
        starts.push(sum);
        sum += p.mean;
    }
    starts.resize(data.parts.len() + 1 + data.beside.len(), 0.0);
    let ends = || all().zip(&starts).flat_map(|(p, s)| [s + p.low, s + p.high, s + p.mean]);
    let axis = Axis::around(ends().fold(0.0, f64::min), ends().fold(0.0, f64::max), 6);
    let name = |p: &Part| text::shorten(&text::clean(&p.name), SIZE, false, NAME);
    let widest = all().map(|p| text::width(&name(p), SIZE, true)).fold(0.0, f64::max);
    let left = body.x + widest + 20.0;
    let plot = Rect {
        x: left,
        y: body.y + 20.0,
        width: body.right() - 190.0 - left,
        height: body.height - 20.0 - axes::YEARS,
    };
    let x = Linear { values: (axis.low, axis.high), pixels: (plot.x, plot.right()) };
    sheet.text((plot.x, body.y + 10.0), Label::new(&data.unit, SIZE).colour(SOFT));
    axes::across(&mut sheet, &axis, &x, plot);
    let step = plot.height / starts.len() as f64;
    for (i, (p, start)) in all().zip(&starts).enumerate() {
        let y = plot.y + (i as f64 + 0.5) * step;
        let total = i == data.parts.len();
        let colour = match i {
            _ if total => INK,
            _ if i > data.parts.len() => THIRD,
            _ if p.mean < 0.0 => CHINA,
            _ => US,
        };
        let (from, to) = (x.at(*start), x.at(start + p.mean));
        let half = (0.3 * step).min(16.0);
        let width = (to - from).abs().max(1.0);
        sheet.fill(Rect { x: from.min(to), y: y - half, width, height: 2.0 * half }, colour, 0.85);
        sheet.line(vec![(x.at(start + p.low), y), (x.at(start + p.high), y)], RULE, 1.6);
        if i < data.parts.len() {
            sheet.line(vec![(to, y + half), (to, y + step - half)], RULE, 0.9);
        }
        let label = Label::new(name(p), SIZE).anchor(Anchor::End);
        let base = y + text::CAP * SIZE / 2.0;
        sheet.text((left - 12.0, base), if total { label.bold() } else { label });
        let words = format!("{} ({} to {})", rounded(p.mean), rounded(p.low), rounded(p.high));
        let words = text::shorten(&words, SIZE, true, 178.0);
        let label = Label::new(words, SIZE).colour(colour.for_text());
        sheet.text((plot.right() + 12.0, base), label.bold());
    }
    if !data.beside.is_empty() {
        let y = plot.y + (data.parts.len() + 1) as f64 * step;
        sheet.line(vec![(body.x, y), (body.right(), y)], RULE, 0.8);
    }
    Ok(Figure {
        id: frame.id.clone(),
        headline: frame.headline.clone(),
        svg: svg::render(frame, &sheet)?,
        csv: csv(data),
    })
}

fn csv(data: &Bill) -> String {
    let mut table = Table::new(&["kind", "part", "mean", "p5", "p95"]);
    let kinds = [("part", data.parts.as_slice()), ("total", std::slice::from_ref(&data.total))];
    for (kind, parts) in kinds.into_iter().chain([("beside", data.beside.as_slice())]) {
        for p in parts {
            table.numbers(&[kind, &p.name], &[p.mean, p.low, p.high]);
        }
    }
    table.finish()
}
