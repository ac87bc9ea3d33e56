//! Dumbbell: what changes between two regimes? Outcomes as rows, both regimes with their 90 % intervals.
//!
//! Invariant: rows of one panel share one unit and one scale.

use super::error::ChartError;
use super::figure::Figure;
use super::frame::Frame;
use super::palette::{PAPER, RULE, SOFT, style};
use super::scale::{Axis, Linear};
use super::sheet::{Anchor, Label, Rect, Sheet};
use super::table::Table;
use super::{axes, checks, text};

const SIZE: f64 = 13.5;
const HEAD: f64 = 22.0;
const MAX_ROWS: usize = 18;

/// Two regimes over several outcomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Dumbbell {
    /// Names of the two, and their styles.
    pub regimes: [(String, usize); 2],
    /// Panels of one unit each, 1 to 4.
    pub panels: Vec<Unit>,
}

/// Outcomes of one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// What is measured, with its unit.
    pub title: String,
    /// Outcomes: name, and the 5 %, 50 % and 95 % quantiles under both regimes.
    pub rows: Vec<(String, [[f64; 3]; 2])>,
}

/// Draws the rows.
///
/// # Errors
/// [`ChartError`].
pub fn dumbbell(frame: &Frame, data: &Dumbbell) -> Result<Figure, ChartError> {
    checks::count("panels", data.panels.len(), 1, 4)?;
    let rows: usize = data.panels.iter().map(|p| p.rows.len()).sum();
    checks::count("outcomes", rows, 1, MAX_ROWS)?;
    for (name, ends) in data.panels.iter().flat_map(|p| &p.rows) {
        checks::finite(name, &ends.concat())?;
    }
    let mut sheet = Sheet::default();
    let body = frame.lay(&mut sheet)?;
    let mut top = body.y;
    let mut x = body.x;
    for (name, look) in &data.regimes {
        let name = text::shorten(&text::clean(name), SIZE, true, body.width - 40.0);
        let look = style(*look);
        let width = 18.0 + text::width(&name, SIZE, true);
        if x > body.x && x + width > body.right() {
            (x, top) = (body.x, top + 18.0);
        }
        look.marker.draw(&mut sheet, (x + 7.0, top + 6.0), look.line, 1.2);
        sheet.text((x + 18.0, top + 11.0), Label::new(&name, SIZE).bold().colour(look.text));
        x += width + 26.0;
    }
    top += 22.0;
    let room = frame.size.choose(270.0, 196.0);
    let names = data.panels.iter().flat_map(|p| p.rows.iter().map(|r| short(&r.0, room)));
    let widest = names.map(|n| text::width(&n, SIZE, false)).fold(0.0, f64::max);
    let left = body.x + widest + frame.size.choose(30.0, 18.0);
    let fixed = (HEAD + axes::YEARS) * data.panels.len() as f64 + top - body.y;
    let step = (body.height - fixed) / rows as f64;
    let least = frame.size.choose(SIZE + 1.0, SIZE + 5.0);
    if step < least {
        return Err(ChartError::NoRoom { height: body.height, min: fixed + rows as f64 * least });
    }
    let mut y = top;
    for panel in &data.panels {
        let height = step * panel.rows.len() as f64;
        let plot = Rect {
            x: left,
            y: y + HEAD,
            width: body.right() - frame.size.choose(20.0, 8.0) - left,
            height,
        };
        let title = text::shorten(&panel.title, SIZE, false, body.width);
        sheet.text((body.x, y + 15.0), Label::new(title, SIZE).colour(SOFT));
        draw(&mut sheet, data, panel, plot, (step, room), frame.size.choose(6, 3));
        y += HEAD + height + axes::YEARS;
    }
    Figure::new(frame, &sheet, csv(data))
}

fn short(name: &str, room: f64) -> String {
    text::shorten(&text::clean(name), SIZE, false, room)
}

fn draw(
    sheet: &mut Sheet,
    data: &Dumbbell,
    panel: &Unit,
    plot: Rect,
    (step, room): (f64, f64),
    ticks: usize,
) {
    let all = || panel.rows.iter().flat_map(|r| r.1.iter().flatten().copied());
    let axis = Axis::around(all().fold(0.0, f64::min), all().fold(0.0, f64::max), ticks);
    let x = Linear { values: (axis.low, axis.high), pixels: (plot.x, plot.right()) };
    axes::across(sheet, &axis, &x, plot);
    for (i, (name, ends)) in panel.rows.iter().enumerate() {
        let y = plot.y + (i as f64 + 0.5) * step;
        let at = (plot.x - 12.0, y + text::CAP * SIZE / 2.0);
        sheet.text(at, Label::new(short(name, room), SIZE).anchor(Anchor::End));
        sheet.line(vec![(x.at(ends[0][1]), y), (x.at(ends[1][1]), y)], RULE, 1.0);
        for (k, [low, middle, high]) in ends.iter().enumerate() {
            let look = style(data.regimes[k].1);
            let y = y + if k == 0 { -0.16 } else { 0.16 } * step;
            sheet.line(vec![(x.at(*low), y), (x.at(*high), y)], look.line, 1.6);
            sheet.disc((x.at(*middle), y), 5.6, PAPER);
            look.marker.draw(sheet, (x.at(*middle), y), look.line, 1.0);
        }
    }
}

fn csv(data: &Dumbbell) -> String {
    let mut table = Table::new(&["measure", "outcome", "regime", "p5", "p50", "p95"]);
    for panel in &data.panels {
        for (name, ends) in &panel.rows {
            for (regime, values) in data.regimes.iter().zip(ends) {
                table.numbers(&[&panel.title, name, &regime.0], values);
            }
        }
    }
    table.finish()
}
