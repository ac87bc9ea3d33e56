//! Dumbbell: what changes between two regimes? Outcomes as rows, both regimes with their 90 % intervals.
//!
//! Invariant: rows of one panel share one unit and one scale.

use super::canvas::{Anchor, Canvas, Label, Rect};
use super::palette::{PAPER, RULE, style};
use super::scale::Axis;
use super::table::Table;
use super::{ChartError, Figure, Frame, axes, checks, text};

/// What an axis of values that hardly differ from zero shows on each side of it, in the unit of its panel.
const LEAST: f64 = 0.1;
/// Size of type, and height of a panel's title [logical px].
const SIZE: f64 = 13.5;
const HEAD: f64 = 22.0;
const MAX_ROWS: usize = 18;

/// Two regimes over several outcomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Dumbbell {
    /// Names of the two regimes, and their styles.
    pub regimes: [(String, usize); 2],
    /// Panels of one unit each, 1 to 4.
    pub panels: Vec<Unit>,
}

/// Outcomes of one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Measure, with its unit.
    pub title: String,
    /// Outcomes: name, and the 5 %, 50 % and 95 % quantiles under both regimes.
    pub rows: Vec<(String, [[f64; 3]; 2])>,
}

/// Draws both regimes in a row for each outcome.
pub fn dumbbell(frame: &Frame, data: &Dumbbell) -> Result<Figure, ChartError> {
    checks::count("panels", data.panels.len(), 1, 4)?;
    let rows: usize = data.panels.iter().map(|p| p.rows.len()).sum();
    checks::count("outcomes", rows, 1, MAX_ROWS)?;
    for (name, ends) in data.panels.iter().flat_map(|p| &p.rows) {
        checks::finite(name, &ends.concat())?;
    }
    let (mut canvas, body) = frame.lay()?;
    let top = draw_key(&mut canvas, data, body) + 22.0;
    let room = frame.size.choose(270.0, 196.0);
    let short = |name: &str| text::shorten(name, SIZE, false, room);
    let names = data.panels.iter().flat_map(|p| p.rows.iter().map(|r| short(&r.0)));
    let left = body.x + text::widest(names, SIZE, false) + frame.size.choose(30.0, 18.0);
    let fixed = (HEAD + axes::YEARS) * data.panels.len() as f64 + top - body.y;
    let least = frame.size.choose(SIZE + 1.0, SIZE + 5.0);
    checks::room(body.height, fixed + rows as f64 * least)?;
    let step = (body.height - fixed) / rows as f64;
    let mut y = top;
    for panel in &data.panels {
        let height = step * panel.rows.len() as f64;
        let width = body.right() - frame.size.choose(20.0, 8.0) - left;
        let plot = Rect { x: left, y: y + HEAD, width, height };
        let title = text::shorten(&panel.title, SIZE, false, body.width);
        canvas.text((body.x, y + 15.0), Label::soft(title, SIZE));
        draw_panel(&mut canvas, data, panel, plot, room, frame.size.choose(6, 3));
        y += HEAD + height + axes::YEARS;
    }
    Figure::new(frame, &canvas, csv(data))
}

/// Draws the names of the regimes after their markers; returns the top of the last row [logical px].
fn draw_key(canvas: &mut Canvas, data: &Dumbbell, body: Rect) -> f64 {
    let (mut x, mut top) = (body.x, body.y);
    for (name, look) in &data.regimes {
        let name = text::shorten(name, SIZE, true, body.width - 40.0);
        let look = style(*look);
        let width = 18.0 + text::width(&name, SIZE, true);
        if x > body.x && x + width > body.right() {
            (x, top) = (body.x, top + 18.0);
        }
        look.marker.draw(canvas, (x + 7.0, top + 6.0), look.line, 1.2);
        canvas.text((x + 18.0, top + 11.0), Label::new(&name, SIZE).bold().colour(look.text));
        x += width + 26.0;
    }
    top
}

/// The outcomes of one unit, a row for each.
fn draw_panel(
    canvas: &mut Canvas,
    data: &Dumbbell,
    panel: &Unit,
    plot: Rect,
    room: f64,
    ticks: usize,
) {
    let x = axes::across(canvas, &Axis::around(covered(panel), ticks), plot);
    let aside = 0.16 * (plot.height / panel.rows.len() as f64);
    for ((name, ends), y) in panel.rows.iter().zip(plot.middles(panel.rows.len())) {
        let at = (plot.x - 12.0, y + text::CAP * SIZE / 2.0);
        let name = text::shorten(name, SIZE, false, room);
        canvas.text(at, Label::new(name, SIZE).anchor(Anchor::End));
        canvas.line(vec![(x.at(ends[0][1]), y), (x.at(ends[1][1]), y)], RULE, 1.0);
        for (k, [low, middle, high]) in ends.iter().enumerate() {
            let look = style(data.regimes[k].1);
            let y = if k == 0 { y - aside } else { y + aside };
            canvas.line(vec![(x.at(*low), y), (x.at(*high), y)], look.line, 1.6);
            canvas.disc((x.at(*middle), y), 5.6, PAPER);
            look.marker.draw(canvas, (x.at(*middle), y), look.line, 1.0);
        }
    }
}

/// What the axis of a panel covers: its values, and where these hardly differ from zero, a tenth of the unit on both sides,
/// so that nothing looks large on a scale of its own.
fn covered(panel: &Unit) -> Vec<f64> {
    let mut all: Vec<f64> = panel.rows.iter().flat_map(|r| r.1.iter().flatten().copied()).collect();
    if all.iter().all(|value| value.abs() < LEAST) {
        all.extend([-LEAST, LEAST]);
    }
    all
}

fn csv(data: &Dumbbell) -> String {
    let mut table = Table::new("measure,outcome,regime,p5,p50,p95");
    for panel in &data.panels {
        for (name, ends) in &panel.rows {
            for (regime, values) in data.regimes.iter().zip(ends) {
                table.row(&[&panel.title, name, &regime.0], values);
            }
        }
    }
    table.finish()
}
