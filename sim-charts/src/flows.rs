//! Flows: who replaces US products, where? From segments at the left to those who take over at the right.
//!
//! Invariant: at most twelve links; widths of all links and bars share one scale.

use super::canvas::{Anchor, Canvas, Label, Point, Rect};
use super::labels::{Slot, spread};
use super::palette::{RULE, Rgb, US};
use super::scale::rounded;
use super::table::Table;
use super::{ChartError, Figure, Frame, checks, text};

/// Size of type, and width of bars [logical px].
const SIZE: f64 = 14.0;
const BAR: f64 = 14.0;
/// Points along a link.
const STEPS: u32 = 24;

/// Flows between two sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Flows {
    /// Unit of the values.
    pub unit: String,
    /// Left side, 1 to 6.
    pub from: Vec<String>,
    /// Right side with colours, 1 to 4.
    pub to: Vec<(String, Rgb)>,
    /// Values, left × right, not negative; at most 12 of them.
    pub links: Vec<Vec<f64>>,
}

/// Draws bars at both sides and the links between them, as thick as their values.
pub fn flows(frame: &Frame, data: &Flows) -> Result<Figure, ChartError> {
    checks::count("left bars", data.from.len(), 1, 6)?;
    checks::count("right bars", data.to.len(), 1, 4)?;
    checks::count("links", data.from.len() * data.to.len(), 1, 12)?;
    checks::count("rows of links", data.links.len(), data.from.len(), data.from.len())?;
    for row in &data.links {
        checks::series("links", row, data.to.len())?;
    }
    let (mut canvas, body) = frame.lay()?;
    let (room, gap) = frame.size.choose((250.0, 26.0), (124.0, 16.0));
    let area = Rect {
        x: body.x + room + 14.0,
        y: body.y + 30.0,
        width: body.width - 2.0 * (room + 14.0),
        height: body.height - 36.0,
    };
    let heads = [
        (body.x, Anchor::Start, format!("US sales lost, {}", data.unit)),
        (body.right(), Anchor::End, "Taken over by".to_owned()),
    ];
    for (x, anchor, words) in heads {
        let label = Label::soft(words, SIZE).anchor(anchor);
        canvas.text((x, body.y + 12.0), label);
    }
    let sides = sides(data);
    let min = 56.0 * data.from.len() as f64;
    checks::room(area.height, min)?;
    let all: f64 = sides[0].iter().map(|bar| bar.size).sum();
    let bars = data.from.len().max(data.to.len());
    // Nothing flows, nothing is drawn: names and zeros stand alone.
    let scale = if all > 0.0 { (area.height - gap * (bars - 1) as f64) / all } else { 0.0 };
    let tops = [0, 1].map(|side: usize| tops(&sides[side], area, scale, gap));
    let (mut leaving, mut arriving) = (tops[0].clone(), tops[1].clone());
    for (i, row) in data.links.iter().enumerate() {
        for (k, v) in row.iter().enumerate().filter(|(_, v)| **v > 0.0) {
            let thick = v * scale;
            let ends = ((area.x + BAR, leaving[i]), (area.right() - BAR, arriving[k]));
            draw_link(&mut canvas, ends, thick, data.to[k].1);
            leaving[i] += thick;
            arriving[k] += thick;
        }
    }
    for (x, (bars, tops)) in [area.x, area.right() - BAR].into_iter().zip(sides.iter().zip(&tops)) {
        for (bar, y) in bars.iter().zip(tops) {
            let height = (bar.size * scale).max(1.0);
            canvas.fill(Rect { x, y: *y, width: BAR, height }, bar.colour, 1.0);
        }
    }
    let edges = [(area.x - 10.0, Anchor::End), (area.right() + 10.0, Anchor::Start)];
    for (edge, (bars, tops)) in edges.into_iter().zip(sides.iter().zip(&tops)) {
        let middle = |(bar, top): (&Bar, &f64)| top + bar.size * scale / 2.0;
        let centres: Vec<f64> = bars.iter().zip(tops).map(middle).collect();
        draw_names(&mut canvas, bars, &centres, edge, (body, room))?;
    }
    Figure::new(frame, &canvas, csv(data))
}

/// A bar at one side: all that leaves a segment, or arrives at those who take over.
struct Bar<'a> {
    name: &'a str,
    colour: Rgb,
    size: f64,
}

/// The bars at the left and at the right.
fn sides(data: &Flows) -> [Vec<Bar<'_>>; 2] {
    let arriving = |k: usize| data.links.iter().map(|row| row[k]).sum();
    let (left, right) = (data.from.iter().zip(&data.links), data.to.iter().enumerate());
    [
        left.map(|(name, row)| Bar { name, colour: US, size: row.iter().sum() }).collect(),
        right.map(|(k, to)| Bar { name: &to.0, colour: to.1, size: arriving(k) }).collect(),
    ]
}

/// Upper edges of the bars of a side, which stands in the middle of the area [logical px].
fn tops(bars: &[Bar<'_>], area: Rect, scale: f64, gap: f64) -> Vec<f64> {
    let all: f64 = bars.iter().map(|bar| bar.size).sum();
    let used = all * scale + gap * (bars.len() - 1) as f64;
    let mut y = area.y + (area.height - used) / 2.0;
    let mut top = |bar: &Bar| {
        let top = y;
        y += bar.size * scale + gap;
        top
    };
    bars.iter().map(&mut top).collect()
}

/// A band that leaves and arrives level.
fn draw_link(canvas: &mut Canvas, (from, to): (Point, Point), thick: f64, colour: Rgb) {
    let at = |i: u32| {
        let t = f64::from(i) / f64::from(STEPS);
        let ease = t * t * (3.0 - 2.0 * t);
        (from.0 + (to.0 - from.0) * t, from.1 + (to.1 - from.1) * ease)
    };
    let upper: Vec<Point> = (0..=STEPS).map(at).collect();
    let lower: Vec<Point> = upper.iter().map(|(x, y)| (*x, y + thick)).collect();
    canvas.band(&upper, &lower, colour, 0.4);
}

/// Names and sizes of the bars of a side, pushed apart, with leader lines.
fn draw_names(
    canvas: &mut Canvas,
    bars: &[Bar<'_>],
    centres: &[f64],
    (x, anchor): (f64, Anchor),
    (body, room): (Rect, f64),
) -> Result<(), ChartError> {
    let wrap = |bar: &Bar| text::wrap_to(bar.name, SIZE, true, room, 2);
    let lines: Vec<Vec<String>> = bars.iter().map(wrap).collect();
    let slots: Vec<Slot> = centres
        .iter()
        .zip(&lines)
        .map(|(c, l)| Slot { target: *c, extent: 16.0 * (l.len() + 1) as f64 + 4.0 })
        .collect();
    let places = spread(&slots, body.y + 22.0, body.bottom() + 4.0)
        .ok_or(ChartError::NoRoom { height: body.height, min: body.height + 16.0 })?;
    for (i, (place, centre)) in places.iter().zip(centres).enumerate() {
        let first = place - slots[i].extent / 2.0 + 13.0;
        let colour = bars[i].colour.for_text();
        let label = |line: &str| Label::new(line, SIZE).bold().colour(colour).anchor(anchor);
        canvas.lines((x, first), 16.0, &lines[i], label);
        let y = first + 16.0 * lines[i].len() as f64;
        canvas.text((x, y), Label::soft(rounded(bars[i].size), SIZE).anchor(anchor));
        if (place - centre).abs() > 2.0 {
            let to = if anchor == Anchor::End { x + 8.0 } else { x - 8.0 };
            canvas.line(vec![(to, *centre), (to, *place)], RULE, 0.8);
        }
    }
    Ok(())
}

fn csv(data: &Flows) -> String {
    let mut table = Table::new("from,to,value");
    for (from, row) in data.from.iter().zip(&data.links) {
        for ((to, _), v) in data.to.iter().zip(row) {
            table.row(&[from, to], &[*v]);
        }
    }
    table.finish()
}
