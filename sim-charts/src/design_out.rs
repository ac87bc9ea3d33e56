//! Design-out: how fast do Chinese buyers leave US suppliers? Kaplan–Meier steps, one line for each regime.
//!
//! Invariant: the table of runs at risk stands clear of the names by [`GUTTER`].

use super::canvas::{Anchor, Canvas, Label, Point, Rect};
use super::ends::{End, Ends};
use super::events::{self, Event, Flags};
use super::labels::Slot;
use super::palette::style;
use super::scale::{Axis, Plot};
use super::table::Table;
use super::{ChartError, Figure, Frame, axes, checks, lines, text};

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
    /// Title of the table: the words for what it counts.
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
    /// Survival after each step [%].
    pub survival: Vec<f64>,
    /// Lower 95 % limits of survival [%].
    pub low: Vec<f64>,
    /// Upper 95 % limits of survival [%].
    pub high: Vec<f64>,
    /// Runs censored at the end.
    pub censored: usize,
    /// Runs at risk at `risk_times`.
    pub at_risk: Vec<usize>,
}

/// Draws the survival curves, with a table of the runs at risk below them.
pub fn design_out(frame: &Frame, data: &DesignOut) -> Result<Figure, ChartError> {
    check(data)?;
    let (mut canvas, body) = frame.lay()?;
    let times = [data.span.0, data.span.1];
    let data = &DesignOut { events: events::within(&data.events, &times), ..data.clone() };
    // Widest name at the left and at the right: in a column the table names the lines.
    let (room, end) = frame.size.choose((190.0, 170.0), (154.0, 42.0));
    let name = |s: &Survival| text::shorten(&s.name, SIZE, true, room);
    let names: Vec<String> = data.curves.iter().map(name).collect();
    let left = body.x + text::widest(&names, SIZE, true).max(40.0) + GUTTER + half_count();
    let table = (data.curves.len() + 1) as f64 * ROW + 6.0;
    let area = Rect {
        x: left,
        y: body.y + 20.0,
        width: body.right() - end - 16.0 - left,
        height: body.height - 20.0 - axes::YEARS - table,
    };
    checks::room(area.height, frame.size.choose(120.0, 96.0))?;
    let axis = Axis::percent(25);
    let plot = Plot::over(area, &times, &axis);
    axes::grid(&mut canvas, &axis, &plot);
    axes::values(&mut canvas, &axis, &plot);
    let flags = Flags::above(&data.events, &plot.across, area.x, area.right() + 8.0);
    let flags = flags.filter(|f| f.height() <= 20.0);
    events::draw(&mut canvas, flags.as_ref(), &data.events, &plot);
    if flags.is_none() {
        let words = text::shorten(&events::sentence(&data.events), SIZE, false, body.width);
        // The name of a curve that never falls stands at the upper edge.
        let whole = |curve: &Survival| curve.survival.last().is_none_or(|left| *left > 98.0);
        let lift = if data.curves.iter().any(whole) { 2.0 } else { 0.0 };
        canvas.text((body.x, body.y + 8.0 - lift), Label::soft(words, SIZE));
    }
    axes::years(&mut canvas, &plot, area.x - 7.0, area.right() + 8.0);
    draw_curves(&mut canvas, data, &plot);
    draw_ends(&mut canvas, data, &plot, (end, frame.size.narrow()));
    draw_table(&mut canvas, data, &names, &plot, body);
    Figure::new(frame, &canvas, csv(data))
}

/// Half of the width of a number of runs [logical px].
fn half_count() -> f64 {
    text::width("0000", SIZE, false) / 2.0
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
fn steps(times: &[f64], values: &[f64], plot: &Plot) -> Vec<Point> {
    let at = |t: f64, v: f64| (plot.across.at(t), plot.up.at(v));
    let (start, end) = plot.across.values;
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

/// Survival at the end [%].
fn at_end(curve: &Survival) -> f64 {
    curve.survival.last().copied().unwrap_or(100.0)
}

fn draw_curves(canvas: &mut Canvas, data: &DesignOut, plot: &Plot) {
    let line = |c: &Survival, values: &[f64]| steps(&c.times, values, plot);
    for c in &data.curves {
        canvas.band(&line(c, &c.low), &line(c, &c.high), style(c.style).line, BAND);
    }
    for c in &data.curves {
        let look = style(c.style);
        lines::draw(canvas, &line(c, &c.survival), &look);
        // Censored runs: a tick across the end of the line.
        if c.censored > 0 {
            let (x, y) = (plot.across.at(data.span.1), plot.up.at(at_end(c)));
            canvas.line(vec![(x, y - 6.0), (x, y + 6.0)], look.line, 2.0);
        }
    }
}

/// Survival at the ends of the curves, after their names where there is room for these.
fn draw_ends(canvas: &mut Canvas, data: &DesignOut, plot: &Plot, (room, narrow): (f64, bool)) {
    let end = |c: &Survival| {
        let name = if narrow { String::new() } else { format!("{} ", c.name) };
        let words = format!("{name}{:.0}\u{a0}%", at_end(c));
        let lines = text::wrap_to(&words, SIZE, true, room, 2);
        let extent = lines.len() as f64 * 16.0 + 3.0;
        let slot = Slot { target: plot.up.at(at_end(c)), extent };
        End { lines, slot, colour: style(c.style).text }
    };
    let names: Vec<End> = data.curves.iter().map(end).collect();
    let (leader, left) = (plot.area.right() + 3.0, plot.area.right() + 16.0);
    let heights = (plot.area.y - 14.0, plot.area.bottom() + 6.0);
    // Without room the table below names the curves.
    let _drawn = Ends { size: SIZE, pitch: 16.0, leader, left }.draw(canvas, &names, heights);
}

/// Runs at risk below the plot, a row for each curve.
fn draw_table(canvas: &mut Canvas, data: &DesignOut, names: &[String], plot: &Plot, body: Rect) {
    let edge = plot.area.x - half_count() - GUTTER;
    let mut y = plot.area.bottom() + axes::YEARS + ROW;
    let title = text::shorten(&data.risk_title, SIZE, false, body.width);
    let x = (body.right() - text::width(&title, SIZE, false)).min(plot.area.x - half_count());
    canvas.text((x, y), Label::soft(title, SIZE));
    for (c, name) in data.curves.iter().zip(names) {
        y += ROW;
        let colour = style(c.style).text;
        canvas.text((edge, y), Label::new(name, SIZE).bold().colour(colour).anchor(Anchor::End));
        for (t, n) in data.risk_times.iter().zip(&c.at_risk) {
            let label = Label::new(n.to_string(), SIZE).anchor(Anchor::Middle);
            canvas.text((plot.across.at(*t), y), label);
        }
    }
}

fn csv(data: &DesignOut) -> String {
    let header = "regime,time_years,surviving_percent,p2.5_percent,p97.5_percent,at_risk";
    let mut table = Table::new(header);
    for c in &data.curves {
        for i in 0..c.times.len() {
            let row = [c.times[i], c.survival[i], c.low[i], c.high[i], f64::NAN];
            table.row(&[&c.name], &row);
        }
        for (t, n) in data.risk_times.iter().zip(&c.at_risk) {
            table.row(&[&c.name], &[*t, f64::NAN, f64::NAN, f64::NAN, *n as f64]);
        }
    }
    table.finish()
}
