//! The bill: what is the loss made of? A waterfall of parts that add up, and what stands beside it.
//!
//! Invariant: bars of parts begin where the one before ends; means are drawn, because means add up.

use super::canvas::{Anchor, Canvas, Label, Rect};
use super::palette::{CHINA, INK, PAPER, RULE, Rgb, SOFT, THIRD, US};
use super::scale::{Axis, rounded};
use super::table::Table;
use super::{ChartError, Figure, Frame, axes, checks, text};

/// Size of type, and the widest name beside the bars [logical px].
const SIZE: f64 = 14.0;
const NAME: f64 = 330.0;

/// A waterfall.
#[derive(Debug, Clone, PartialEq)]
pub struct Bill {
    /// Unit of the values.
    pub unit: String,
    /// Parts in order, 1 to 8: they add up to the total.
    pub parts: Vec<Part>,
    /// Sum of the parts.
    pub total: Part,
    /// Rows beside the sum, 0 to 4.
    pub beside: Vec<Part>,
}

/// A part: its mean and its 5 % and 95 % quantiles.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Name of the part.
    pub name: String,
    /// Mean of the part.
    pub mean: f64,
    /// 5 % quantile of the part.
    pub low: f64,
    /// 95 % quantile of the part.
    pub high: f64,
}

/// Draws the parts as a waterfall, with their sum and the rows beside it.
pub fn bill(frame: &Frame, data: &Bill) -> Result<Figure, ChartError> {
    checks::count("parts", data.parts.len(), 1, 8)?;
    checks::count("rows beside", data.beside.len(), 0, 4)?;
    for p in all(data) {
        checks::finite(&p.name, &[p.mean, p.low, p.high])?;
    }
    let (mut canvas, body) = frame.lay()?;
    let starts = starts(data);
    let rows = Rows::new(data, body, frame.size.narrow());
    let plot = rows.plot;
    let least = if rows.above { 33.0 } else { 17.0 };
    checks::room(plot.height, least * starts.len() as f64)?;
    canvas.text((plot.x, body.y + 10.0), Label::soft(&data.unit, SIZE));
    let x = axes::across(&mut canvas, &axis(data, &starts, frame.size.choose(6, 4)), plot);
    let step = plot.height / starts.len() as f64;
    for (i, (p, start)) in all(data).zip(&starts).enumerate() {
        let row = Rect { y: plot.y + i as f64 * step, height: step, ..plot };
        let total = i == data.parts.len();
        let colour = match i {
            _ if total => INK,
            _ if i > data.parts.len() => THIRD,
            _ if p.mean < 0.0 => CHINA,
            _ => US,
        };
        rows.words(&mut canvas, p, row, total, colour);
        let y = rows.middle(row);
        let half = if rows.above { 5.5 } else { (0.3 * step).min(16.0) };
        let (from, to) = (x.at(*start), x.at(start + p.mean));
        let width = (to - from).abs().max(1.0);
        canvas.fill(Rect { x: from.min(to), y: y - half, width, height: 2.0 * half }, colour, 0.85);
        // A whisker on paper, so that it is seen on the bar as well.
        let ends = vec![(x.at(start + p.low), y), (x.at(start + p.high), y)];
        canvas.line(ends.clone(), PAPER, 3.6);
        canvas.line(ends, SOFT, 1.6);
        if i < data.parts.len() {
            let down = if rows.above { y + half + 4.0 } else { y + step - half };
            canvas.line(vec![(to, y + half), (to, down)], RULE, 0.9);
        }
    }
    if !data.beside.is_empty() {
        let y = plot.y + (data.parts.len() + 1) as f64 * step;
        canvas.line(vec![(body.x, y), (body.right(), y)], RULE, 0.8);
    }
    Figure::new(frame, &canvas, csv(data))
}

/// All rows, from above.
fn all(data: &Bill) -> impl Iterator<Item = &Part> {
    data.parts.iter().chain([&data.total]).chain(&data.beside)
}

/// Values at which the bars begin.
fn starts(data: &Bill) -> Vec<f64> {
    let mut starts = Vec::new();
    let mut sum = 0.0;
    for p in &data.parts {
        starts.push(sum);
        sum += p.mean;
    }
    starts.resize(data.parts.len() + 1 + data.beside.len(), 0.0);
    starts
}

/// The axis that covers all bars and whiskers.
fn axis(data: &Bill, starts: &[f64], count: usize) -> Axis {
    let ends = all(data).zip(starts).flat_map(|(p, s)| [s + p.low, s + p.high, s + p.mean]);
    Axis::around(ends, count)
}

/// Places of names and numbers: left and right of the bars, or above each bar.
struct Rows {
    plot: Rect,
    body: Rect,
    above: bool,
}

impl Rows {
    fn new(data: &Bill, body: Rect, above: bool) -> Self {
        let widest =
            text::widest(all(data).map(|p| text::shorten(&p.name, SIZE, true, NAME)), SIZE, true);
        let (left, right) =
            if above { (body.x + 6.0, 6.0) } else { (body.x + widest + 20.0, 190.0) };
        let plot = Rect {
            x: left,
            y: body.y + 20.0,
            width: body.right() - right - left,
            height: body.height - 20.0 - axes::YEARS,
        };
        Self { plot, body, above }
    }

    /// Height of the bar in a row [logical px].
    fn middle(&self, row: Rect) -> f64 {
        if self.above { row.y + 22.0 } else { row.middle() }
    }

    /// Draws the name of a part, and its numbers.
    fn words(&self, canvas: &mut Canvas, p: &Part, row: Rect, total: bool, colour: Rgb) {
        let numbers = format!("{} ({} to {})", rounded(p.mean), rounded(p.low), rounded(p.high));
        let (base, room, left, right) = if self.above {
            let room = self.body.width - text::width(&numbers, SIZE, true) - 10.0;
            let edges = (self.body.x, self.body.right());
            (row.y + 13.0, room, (edges.0, Anchor::Start), (edges.1, Anchor::End))
        } else {
            let base = self.middle(row) + text::CAP * SIZE / 2.0;
            let edges = (self.plot.x - 12.0, self.plot.right() + 12.0);
            (base, NAME, (edges.0, Anchor::End), (edges.1, Anchor::Start))
        };
        if self.above {
            // Words stand clear of the rules of the axis.
            canvas.fill(Rect { y: row.y + 1.0, height: 15.0, ..self.body }, PAPER, 1.0);
        }
        let name = text::shorten(&p.name, SIZE, true, room);
        let name = Label::new(name, SIZE).anchor(left.1);
        canvas.text((left.0, base), if total { name.bold() } else { name });
        let numbers = Label::new(numbers, SIZE).colour(colour.for_text()).bold();
        canvas.text((right.0, base), numbers.anchor(right.1));
    }
}

fn csv(data: &Bill) -> String {
    let mut table = Table::new("kind,part,mean,p5,p95");
    let kinds = [("part", data.parts.as_slice()), ("total", std::slice::from_ref(&data.total))];
    for (kind, parts) in kinds.into_iter().chain([("beside", data.beside.as_slice())]) {
        for p in parts {
            table.row(&[kind, &p.name], &[p.mean, p.low, p.high]);
        }
    }
    table.finish()
}
