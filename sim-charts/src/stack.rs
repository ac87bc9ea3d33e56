//! Stacked areas: how much still gets through? Means by year, because means add up, with the spread of the whole.
//!
//! Invariant: areas are stacked in the order given, each on the sum of those before it.

use super::error::ChartError;
use super::events::{self, Event};
use super::figure::Figure;
use super::frame::Frame;
use super::key::{self, Entry, Sample};
use super::labels::{Slot, spread};
use super::lines;
use super::palette::{BASELINE, PAPER, RULE, Rgb, SOFT, Style, style};
use super::scale::{Axis, Linear};
use super::sheet::{Label, Point, Rect, Sheet};
use super::table::Table;
use super::{axes, checks, text};

const SIZE: f64 = 13.5;
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

/// Draws the areas.
///
/// # Errors
/// [`ChartError`].
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
    let mut sheet = Sheet::default();
    let body = frame.lay(&mut sheet)?;
    let sums: Vec<f64> =
        (0..data.times.len()).map(|t| data.areas.iter().map(|a| a.2[t]).sum()).collect();
    let most = sums.iter().chain(&data.whole[1]).copied().fold(0.0, f64::max);
    let axis = Axis::around(0.0, most, frame.size.choose(5, 3));
    let gutter = axis.ticks.iter().map(|t| text::width(&axis.label(*t), axes::SIZE, false));
    let left = body.x + gutter.fold(0.0, f64::max) + axes::GUTTER_GAP;
    // In a column the areas are named above the plot, elsewhere at its right.
    let narrow = frame.size.narrow();
    let key = if narrow { entries(data) } else { Vec::new() };
    let mut top = body.y + key::height(&key, body);
    key::draw(&mut sheet, &key, body);
    if !events.is_empty() {
        for words in text::wrap_to(&events::sentence(&events), 13.0, false, body.width, 2) {
            sheet.text((body.x, top + 8.0), Label::new(words, 13.0).colour(SOFT));
            top += 18.0;
        }
    }
    sheet.text((body.x, top + 13.0), Label::new(&data.unit, 13.0).colour(SOFT));
    top += 24.0;
    let end = if narrow { 8.0 } else { 206.0 };
    let plot = Rect {
        x: left,
        y: top,
        width: body.right() - end - left,
        height: body.bottom() - axes::YEARS - top,
    };
    if plot.height < LEAST_HEIGHT {
        return Err(ChartError::NoRoom { height: plot.height, min: LEAST_HEIGHT });
    }
    let time = Linear {
        values: (data.times[0], data.times[data.times.len() - 1]),
        pixels: (plot.x, plot.right()),
    };
    let value = Linear { values: (axis.low, axis.high), pixels: (plot.bottom(), plot.y) };
    axes::grid(&mut sheet, &axis, &value, plot);
    axes::values(&mut sheet, &axis, &value, plot, |t| axis.label(t));
    axes::years(&mut sheet, &time, plot, plot.x - 8.0, plot.right() + 8.0);
    let line = |values: &[f64]| -> Vec<Point> {
        data.times.iter().zip(values).map(|(t, v)| (time.at(*t), value.at(*v))).collect()
    };
    let mut below = vec![0.0; data.times.len()];
    let mut slots = Vec::new();
    for (_, colour, values) in &data.areas {
        let above: Vec<f64> = below.iter().zip(values).map(|(b, v)| b + v).collect();
        sheet.band(&line(&below), &line(&above), *colour, FILL);
        sheet.line(line(&above), PAPER, 1.2);
        let last = data.times.len() - 1;
        let target = value.at(f64::midpoint(below[last], above[last]));
        slots.push(Slot { target, extent: ROW });
        below = above;
    }
    events::draw_rules(&mut sheet, &events, &time, plot);
    let look = Style { line: BASELINE, text: BASELINE, dash: style(2).dash, ..style(0) };
    for values in &data.whole {
        lines::draw(&mut sheet, &line(values), &look);
    }
    if !narrow {
        names(&mut sheet, data, &slots, plot)?;
    }
    Figure::new(frame, &sheet, csv(data))
}

/// The areas from above, as they lie.
fn entries(data: &Stack) -> Vec<Entry> {
    let entry = |(name, colour, _): &(String, Rgb, Vec<f64>)| Entry {
        sample: Sample::Patch {
            style: Style { line: *colour, text: colour.for_text(), ..style(0) },
            alpha: FILL,
        },
        name: name.clone(),
    };
    data.areas.iter().rev().map(entry).collect()
}

/// Names at the right of the areas, pushed apart, with leader lines.
fn names(sheet: &mut Sheet, data: &Stack, slots: &[Slot], plot: Rect) -> Result<(), ChartError> {
    let Some(centres) = spread(slots, plot.y, plot.bottom() + 8.0) else {
        return Err(ChartError::NoRoom { height: plot.height, min: ROW * slots.len() as f64 });
    };
    for (((name, colour, _), slot), centre) in data.areas.iter().zip(slots).zip(centres) {
        let x = plot.right() + 16.0;
        if (centre - slot.target).abs() > 1.0 {
            sheet.line(vec![(plot.right() + 2.0, slot.target), (x - 3.0, centre)], RULE, 0.8);
        }
        let lines = text::wrap_to(name, SIZE, true, NAME, 2);
        let first = centre - (lines.len() - 1) as f64 * 8.0 + text::CAP * SIZE / 2.0;
        for (row, words) in lines.iter().enumerate() {
            let label = Label::new(words, SIZE).bold().colour(colour.for_text());
            sheet.text((x, first + row as f64 * 16.0), label);
        }
    }
    Ok(())
}

fn csv(data: &Stack) -> String {
    let mut table = Table::new(&["area", "quantity", "time_years", "value"]);
    for (name, _, values) in &data.areas {
        for (t, v) in data.times.iter().zip(values) {
            table.numbers(&[name, "mean"], &[*t, *v]);
        }
    }
    for (quantity, values) in ["p5", "p95"].iter().zip(&data.whole) {
        for (t, v) in data.times.iter().zip(values) {
            table.numbers(&["whole", quantity], &[*t, *v]);
        }
    }
    table.finish()
}
