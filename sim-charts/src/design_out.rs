//! Design-out: how fast do Chinese buyers leave US suppliers? Kaplan–Meier steps, one line for each regime.
//!
//! Invariant: the table of runs at risk stands clear of the names by [`GUTTER`].

use super::error::ChartError;
use super::events::{self, Event, Flags};
use super::figure::Figure;
use super::frame::Frame;
use super::labels::{Slot, spread};
use super::palette::{RULE, SOFT, style};
use super::scale::{Axis, Linear};
use super::sheet::{Anchor, Label, Point, Rect, Sheet};
use super::table::Table;
use super::{axes, checks, lines, text};

/// Room between a name and the first number of the table of runs at risk [logical px].
const GUTTER: f64 = 18.0;
/// Size of names, and height of a row [logical px].
const SIZE: f64 = 13.5;
const ROW: f64 = 18.0;
/// Opacity of bands.
const BAND: f64 = 0.14;
const MAX_CURVES: usize = 7;

/// Survival under several regimes.
#[derive(Debug, Clone, PartialEq)]
pub struct DesignOut {
    /// First and last time [calendar years].
    pub span: (f64, f64),
    /// One curve for each regime, 1 to 7.
    pub curves: Vec<Survival>,
    /// Times at which the table gives runs at risk [calendar years].
    pub risk_times: Vec<f64>,
    /// What the table counts.
    pub risk_title: String,
    /// Events drawn as vertical rules.
    pub events: Vec<Event>,
}

/// A Kaplan–Meier curve in percent.
#[derive(Debug, Clone, PartialEq)]
pub struct Survival {
    /// Name of the regime.
    pub name: String,
    /// Style of the curve (see [`palette::style`](super::palette::style)).
    pub style: usize,
    /// Times of steps [calendar years], rising.
    pub times: Vec<f64>,
    /// Survival after each step and its 95 % limits [%].
    pub survival: Vec<f64>,
    /// Lower limits [%].
    pub low: Vec<f64>,
    /// Upper limits [%].
    pub high: Vec<f64>,
    /// Runs censored at the end.
    pub censored: usize,
    /// Runs at risk at `risk_times`.
    pub at_risk: Vec<usize>,
}

/// Draws the curves.
///
/// # Errors
/// [`ChartError`].
pub fn design_out(frame: &Frame, data: &DesignOut) -> Result<Figure, ChartError> {
    check(data)?;
    let mut sheet = Sheet::default();
    let body = frame.lay(&mut sheet)?;
    let times = [data.span.0, data.span.1];
    let data = &DesignOut { events: events::within(&data.events, &times), ..data.clone() };
    // Widest name at the left and at the right: in a column the table names the lines.
    let (room, end) = frame.size.choose((190.0, 170.0), (154.0, 42.0));
    let name = |s: &Survival| text::shorten(&text::clean(&s.name), SIZE, true, room);
    let names: Vec<String> = data.curves.iter().map(name).collect();
    let widest = names.iter().map(|n| text::width(n, SIZE, true)).fold(0.0, f64::max);
    let count = text::width("0000", SIZE, false) / 2.0;
    let left = body.x + widest.max(40.0) + GUTTER + count;
    let table = (data.curves.len() + 1) as f64 * ROW + 6.0;
    let plot = Rect {
        x: left,
        y: body.y + 20.0,
        width: body.right() - end - 16.0 - left,
        height: body.height - 20.0 - axes::YEARS - table,
    };
    let min = frame.size.choose(120.0, 96.0);
    if plot.height < min {
        return Err(ChartError::NoRoom { height: plot.height, min });
    }
    let time = Linear { values: data.span, pixels: (plot.x, plot.right()) };
    let value = Linear { values: (0.0, 100.0), pixels: (plot.bottom(), plot.y) };
    let axis = Axis::percent(25);
    axes::grid(&mut sheet, &axis, &value, plot);
    axes::values(&mut sheet, &axis, &value, plot, |tick| {
        format!("{}{}", axis.label(tick), if tick == 100.0 { "\u{a0}%" } else { "" })
    });
    let flags = Flags::above(&data.events, &time, plot.x, plot.right() + 8.0);
    if let Some(flags) = flags.filter(|f| f.height() <= 20.0) {
        flags.draw_poles(&mut sheet, plot);
        flags.draw_words(&mut sheet, plot);
    } else {
        events::draw_rules(&mut sheet, &data.events, &time, plot);
        let words = text::shorten(&events::sentence(&data.events), SIZE, false, body.width);
        sheet.text((body.x, body.y + 8.0), Label::new(words, SIZE).colour(SOFT));
    }
    axes::years(&mut sheet, &time, plot, plot.x - 7.0, plot.right() + 8.0);
    draw_curves(&mut sheet, data, &time, &value);
    draw_ends(&mut sheet, data, plot, &value, (end, frame.size.narrow()));
    draw_table(&mut sheet, data, &names, &time, (plot, body));
    Figure::new(frame, &sheet, csv(data))
}

fn check(data: &DesignOut) -> Result<(), ChartError> {
    checks::count("curves", data.curves.len(), 1, MAX_CURVES)?;
    checks::times(&[data.span.0, data.span.1])?;
    for c in &data.curves {
        for values in [&c.survival, &c.low, &c.high] {
            checks::series(&c.name, values, c.times.len())?;
            checks::shares(&c.name, values)?;
        }
        checks::order(&c.name, &[&c.low, &c.survival, &c.high])?;
    }
    Ok(())
}

/// Corners of a step line: 100 % from the start, down at each step, level to the end.
fn steps(
    times: &[f64],
    values: &[f64],
    end: f64,
    start: f64,
    at: impl Fn(f64, f64) -> Point,
) -> Vec<Point> {
    let mut last = 100.0;
    let mut points = vec![at(start, last)];
    for (t, v) in times.iter().zip(values) {
        points.push(at(*t, last));
        points.push(at(*t, *v));
        last = *v;
    }
    points.push(at(end, last));
    points
}

fn draw_curves(sheet: &mut Sheet, data: &DesignOut, time: &Linear, value: &Linear) {
    let at = |t: f64, v: f64| (time.at(t), value.at(v));
    let line = |c: &Survival, values: &[f64]| steps(&c.times, values, data.span.1, data.span.0, at);
    for c in &data.curves {
        sheet.band(&line(c, &c.low), &line(c, &c.high), style(c.style).line, BAND);
    }
    for c in &data.curves {
        let look = style(c.style);
        lines::draw(sheet, &line(c, &c.survival), &look);
        // Censored runs: a tick across the end of the line.
        if c.censored > 0 {
            let (x, y) = at(data.span.1, c.survival.last().copied().unwrap_or(100.0));
            sheet.line(vec![(x, y - 6.0), (x, y + 6.0)], look.line, 2.0);
        }
    }
}

fn draw_ends(
    sheet: &mut Sheet,
    data: &DesignOut,
    plot: Rect,
    value: &Linear,
    (room, narrow): (f64, bool),
) {
    let end = |c: &Survival| c.survival.last().copied().unwrap_or(100.0);
    let words = |c: &Survival| {
        let name = if narrow { String::new() } else { format!("{} ", c.name) };
        text::wrap_to(&format!("{name}{:.0}\u{a0}%", end(c)), SIZE, true, room, 2)
    };
    let all: Vec<Vec<String>> = data.curves.iter().map(words).collect();
    let slots: Vec<Slot> = data
        .curves
        .iter()
        .zip(&all)
        .map(|(c, l)| Slot { target: value.at(end(c)), extent: l.len() as f64 * 16.0 + 3.0 })
        .collect();
    let Some(centres) = spread(&slots, plot.y - 14.0, plot.bottom() + 6.0) else { return };
    for (((c, lines), slot), centre) in data.curves.iter().zip(&all).zip(&slots).zip(centres) {
        let x = plot.right() + 16.0;
        if (centre - slot.target).abs() > 1.0 {
            sheet.line(vec![(plot.right() + 3.0, slot.target), (x - 3.0, centre)], RULE, 0.8);
        }
        let first = centre - (lines.len() - 1) as f64 * 8.0;
        for (row, line) in lines.iter().enumerate() {
            let y = first + row as f64 * 16.0 + text::CAP * SIZE / 2.0;
            sheet.text((x, y), Label::new(line, SIZE).bold().colour(style(c.style).text));
        }
    }
}

fn draw_table(
    sheet: &mut Sheet,
    data: &DesignOut,
    names: &[String],
    time: &Linear,
    (plot, body): (Rect, Rect),
) {
    let half = text::width("0000", SIZE, false) / 2.0;
    let edge = plot.x - half - GUTTER;
    let mut y = plot.bottom() + axes::YEARS + ROW;
    let title = text::shorten(&data.risk_title, SIZE, false, body.width);
    let x = (body.right() - text::width(&title, SIZE, false)).min(plot.x - half);
    sheet.text((x, y), Label::new(title, SIZE).colour(SOFT));
    for (c, name) in data.curves.iter().zip(names) {
        y += ROW;
        let colour = style(c.style).text;
        sheet.text((edge, y), Label::new(name, SIZE).bold().colour(colour).anchor(Anchor::End));
        for (t, n) in data.risk_times.iter().zip(&c.at_risk) {
            let label = Label::new(n.to_string(), SIZE).anchor(Anchor::Middle);
            sheet.text((time.at(*t), y), label);
        }
    }
}

fn csv(data: &DesignOut) -> String {
    let columns =
        ["regime", "time_years", "surviving_percent", "p2.5_percent", "p97.5_percent", "at_risk"];
    let mut table = Table::new(&columns);
    for c in &data.curves {
        for i in 0..c.times.len() {
            let row = [c.times[i], c.survival[i], c.low[i], c.high[i], f64::NAN];
            table.numbers(&[&c.name], &row);
        }
        for (t, n) in data.risk_times.iter().zip(&c.at_risk) {
            table.numbers(&[&c.name], &[*t, f64::NAN, f64::NAN, f64::NAN, *n as f64]);
        }
    }
    table.finish()
}
