//! Stacked areas: how much still gets through? Means by year, because means add up, with the spread of the whole.
//!
//! Invariant: areas are stacked in the order given, each on the sum of those before it.

use super::canvas::{Canvas, Label, Rect};
use super::ends::{End, Ends};
use super::events::{self, Event};
use super::key::{self, Entry, Sample};
use super::labels::Slot;
use super::lines;
use super::palette::{BASELINE, PAPER, Rgb, Style, plain, style};
use super::scale::{Axis, Plot};
use super::table::Table;
use super::{ChartError, Figure, Frame, axes, checks, text};

/// Size of names, and of the words above the plot [logical px].
const SIZE: f64 = 13.5;
const SMALL: f64 = 13.0;
/// Widest name at the right, and height of two of its lines [logical px].
const NAME: f64 = 190.0;
const ROW: f64 = 36.0;
const LEAST_HEIGHT: f64 = 90.0;
/// Opacity of areas.
const FILL: f64 = 0.75;

/// Areas over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack {
    /// Unit of the values.
    pub unit: String,
    /// Times of the values [calendar years], rising.
    pub times: Vec<f64>,
    /// Areas from below, 1 to 6: name, colour, mean at each time.
    pub areas: Vec<(String, Rgb, Vec<f64>)>,
    /// 5 % and 95 % quantiles of the sum at each time.
    pub whole: [Vec<f64>; 2],
    /// Events drawn as vertical rules.
    pub events: Vec<Event>,
}

/// Draws the areas, stacked over time.
pub fn stack(frame: &Frame, data: &Stack) -> Result<Figure, ChartError> {
    checks::times(&data.times)?;
    checks::count("areas", data.areas.len(), 1, 6)?;
    for (name, _, values) in &data.areas {
        checks::series(name, values, data.times.len())?;
    }
    for values in &data.whole {
        checks::series("whole", values, data.times.len())?;
    }
    let events = events::within(&data.events, &data.times);
    let (mut canvas, body) = frame.lay()?;
    let sums = (0..data.times.len()).map(|t| data.areas.iter().map(|a| a.2[t]).sum());
    let all = sums.chain(data.whole[1].iter().copied());
    let axis = Axis::around(all, frame.size.choose(5, 3));
    // In a column the areas are named above the plot, elsewhere at its right.
    let narrow = frame.size.narrow();
    let key = if narrow { entries(data) } else { Vec::new() };
    key::draw(&mut canvas, &key, body);
    let soft = |words: &str| Label::soft(words, SMALL);
    let sentence = events::sentence_lines(&events, body.width);
    let key_foot = body.y + key::height(&key, body);
    canvas.lines((body.x, key_foot + 8.0), 18.0, &sentence, soft);
    let head = key_foot + 18.0 * sentence.len() as f64;
    canvas.text((body.x, head + 13.0), soft(&data.unit));
    let (left, top) = (body.x + axes::gutter(&axis), head + 24.0);
    let area = Rect {
        x: left,
        y: top,
        width: body.right() - if narrow { 8.0 } else { 206.0 } - left,
        height: body.bottom() - axes::YEARS - top,
    };
    checks::room(area.height, LEAST_HEIGHT)?;
    let plot = Plot::over(area, &data.times, &axis);
    axes::grid(&mut canvas, &axis, &plot);
    axes::values(&mut canvas, &axis, &plot);
    axes::years(&mut canvas, &plot, area.x - 8.0, area.right() + 8.0);
    let ends = draw_areas(&mut canvas, data, &plot);
    events::draw(&mut canvas, None, &events, &plot);
    let look = Style { line: BASELINE, text: BASELINE, dash: style(2).dash, ..style(0) };
    for values in &data.whole {
        lines::draw(&mut canvas, &plot.points(&data.times, values), &look);
    }
    if !narrow {
        let (leader, left) = (area.right() + 2.0, area.right() + 16.0);
        let names = Ends { size: SIZE, pitch: 16.0, leader, left };
        let min = ROW * ends.len() as f64;
        let refused = ChartError::NoRoom { height: area.height, min };
        names.draw(&mut canvas, &ends, (area.y, area.bottom() + 8.0)).ok_or(refused)?;
    }
    Figure::new(frame, &canvas, csv(data))
}

/// Entries of a key that names the areas from above, as they lie.
fn entries(data: &Stack) -> Vec<Entry> {
    let entry = |(name, colour, _): &(String, Rgb, Vec<f64>)| Entry {
        sample: Sample::Patch { style: plain(*colour), alpha: FILL },
        name: name.clone(),
    };
    data.areas.iter().rev().map(entry).collect()
}

/// Draws the areas; returns their names with the middle of each at the last time.
fn draw_areas(canvas: &mut Canvas, data: &Stack, plot: &Plot) -> Vec<End> {
    let last = data.times.len() - 1;
    let mut below = vec![0.0; data.times.len()];
    let mut ends = Vec::new();
    for (name, colour, values) in &data.areas {
        let above: Vec<f64> = below.iter().zip(values).map(|(b, v)| b + v).collect();
        let edges = [&below, &above].map(|values| plot.points(&data.times, values));
        canvas.band(&edges[0], &edges[1], *colour, FILL);
        canvas.line(edges[1].clone(), PAPER, 1.2);
        let target = plot.up.at(f64::midpoint(below[last], above[last]));
        let lines = text::wrap_to(name, SIZE, true, NAME, 2);
        let slot = Slot { target, extent: ROW };
        ends.push(End { lines, slot, colour: colour.for_text() });
        below = above;
    }
    ends
}

fn csv(data: &Stack) -> String {
    let mut table = Table::new("area,quantity,time_years,value");
    for (name, _, values) in &data.areas {
        for (t, v) in data.times.iter().zip(values) {
            table.row(&[name, "mean"], &[*t, *v]);
        }
    }
    for (quantity, values) in ["p5", "p95"].iter().zip(&data.whole) {
        for (t, v) in data.times.iter().zip(values) {
            table.row(&["whole", quantity], &[*t, *v]);
        }
    }
    table.finish()
}
