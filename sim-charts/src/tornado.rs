//! Tornado: which assumption moves the answer? Swings at the left, shares of the variance or effects at the right.
//!
//! Invariant: both panels show the same assumptions in the same rows.

use super::error::ChartError;
use super::figure::Figure;
use super::frame::Frame;
use super::palette::{BASELINE, CHINA, INK, PAPER, SOFT, US};
use super::scale::{Axis, Linear};
use super::sheet::{Anchor, Label, Rect, Sheet};
use super::table::Table;
use super::{axes, checks, text};

const SIZE: f64 = 13.5;
const MAX_ROWS: usize = 14;

/// Assumptions by weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Tornado {
    /// Unit of the swings.
    pub swing_title: String,
    /// What the dots are.
    pub dot_title: String,
    /// Mean over all runs, from which bars start.
    pub centre: f64,
    /// Assumptions, heaviest first, 1 to 14.
    pub rows: Vec<Swing>,
}

/// An assumption.
#[derive(Debug, Clone, PartialEq)]
pub struct Swing {
    /// Its name.
    pub name: String,
    /// Mean outcome over the fifth of runs with its lowest values.
    pub low: f64,
    /// The same with its highest.
    pub high: f64,
    /// Index with its 95 % limits: value, low, high; `None` where the design gives none.
    pub index: Option<[f64; 3]>,
}

/// Draws the two panels.
///
/// # Errors
/// [`ChartError`].
pub fn tornado(frame: &Frame, data: &Tornado) -> Result<Figure, ChartError> {
    checks::count("assumptions", data.rows.len(), 1, MAX_ROWS)?;
    checks::finite("centre", &[data.centre])?;
    for r in &data.rows {
        checks::finite(&r.name, &[r.low, r.high])?;
        checks::finite(&r.name, &r.index.unwrap_or_default())?;
    }
    let mut sheet = Sheet::default();
    let body = frame.lay(&mut sheet)?;
    let with_dots = data.rows.iter().any(|r| r.index.is_some());
    let (room, lines) = frame.size.choose((230.0, 1), (122.0, 2));
    let names: Vec<Vec<String>> =
        data.rows.iter().map(|r| text::wrap_to(&r.name, SIZE, true, room, lines)).collect();
    let widest = names.iter().flatten().map(|n| text::width(n, SIZE, true)).fold(0.0, f64::max);
    let left = body.x + widest + frame.size.choose(26.0, 18.0);
    let room = body.right() - left - frame.size.choose(20.0, 8.0);
    let share = if with_dots { 0.6 } else { 1.0 };
    let titles = frame.size.choose(1, 2);
    let head = 30.0 + 16.0 * titles as f64;
    let top = body.y + head;
    let height = body.height - head - axes::YEARS;
    let bars =
        Rect { x: left, y: top, width: room * share - frame.size.choose(30.0, 16.0), height };
    let dots =
        Rect { x: left + room * share + 10.0, y: top, width: room * (1.0 - share) - 10.0, height };
    let step = height / data.rows.len() as f64;
    let least = names.iter().map(Vec::len).max().unwrap_or(1) as f64 * (SIZE + 1.5) + 2.0;
    if step < least {
        return Err(ChartError::NoRoom { height, min: least * data.rows.len() as f64 });
    }
    for (i, lines) in names.iter().enumerate() {
        let middle = top + (i as f64 + 0.5) * step + text::CAP * SIZE / 2.0;
        let first = middle - (lines.len() - 1) as f64 * 7.5;
        for (row, line) in lines.iter().enumerate() {
            let at = (left - 12.0, first + row as f64 * 15.0);
            sheet.text(at, Label::new(line, SIZE).bold().anchor(Anchor::End));
        }
    }
    let ticks = frame.size.choose((5, 3), (3, 2));
    draw_bars(&mut sheet, data, bars, step, ticks.0);
    key(&mut sheet, (body.x, bars.x), top, frame.size.narrow());
    title(&mut sheet, &data.swing_title, bars, (body, titles));
    if with_dots {
        draw_dots(&mut sheet, data, dots, step, ticks.1);
        title(&mut sheet, &data.dot_title, dots, (body, titles));
    }
    Figure::new(frame, &sheet, csv(data))
}

/// What the two colours are, on the line above the bars.
fn key(sheet: &mut Sheet, (left, bars): (f64, f64), top: f64, narrow: bool) {
    let mut x = if narrow { left } else { bars };
    for (words, colour) in [("lowest fifth of values", US), ("highest fifth", CHINA)] {
        sheet.fill(Rect { x, y: top - 22.0, width: 16.0, height: 11.0 }, colour, 0.85);
        sheet.text((x + 21.0, top - 12.0), Label::new(words, SIZE).colour(colour.for_text()));
        x += 21.0 + text::width(words, SIZE, false) + 20.0;
    }
}

fn title(sheet: &mut Sheet, words: &str, plot: Rect, (body, lines): (Rect, usize)) {
    let words = text::wrap_to(words, SIZE, false, plot.width + 8.0, lines);
    for (row, line) in words.iter().enumerate() {
        let y = body.y + 12.0 + row as f64 * 16.0;
        sheet.text((plot.x, y), Label::new(line, SIZE).colour(SOFT));
    }
}

/// An axis that does not have to hold zero: swings lie about the mean, which may be far from it.
fn draw_bars(sheet: &mut Sheet, data: &Tornado, plot: Rect, step: f64, ticks: usize) {
    let moved = |v: f64| v - data.centre;
    let all = data.rows.iter().flat_map(|r| [moved(r.low), moved(r.high)]);
    let (low, high) = all.fold((0.0_f64, 0.0_f64), |(l, h), v| (l.min(v), h.max(v)));
    let axis = Axis::around(low, high, ticks);
    let x = Linear { values: (axis.low, axis.high), pixels: (plot.x, plot.right()) };
    axes::across(sheet, &axis, &x, plot);
    for (i, r) in data.rows.iter().enumerate() {
        let y = plot.y + (i as f64 + 0.5) * step;
        for (value, colour, offset) in [(r.low, US, -0.5), (r.high, CHINA, 0.5)] {
            let (from, to) = (x.at(0.0), x.at(moved(value)));
            let thick = (0.34 * step).min(11.0);
            let area = Rect {
                x: from.min(to),
                y: y + offset * thick - thick / 2.0,
                width: (to - from).abs().max(1.0),
                height: thick,
            };
            sheet.fill(area, colour, 0.85);
        }
    }
    sheet.line(vec![(x.at(0.0), plot.y), (x.at(0.0), plot.bottom())], INK, 1.2);
}

fn draw_dots(sheet: &mut Sheet, data: &Tornado, plot: Rect, step: f64, ticks: usize) {
    let indices = || data.rows.iter().filter_map(|r| r.index);
    let (low, high) = indices().fold((0.0_f64, 0.0_f64), |(l, h), i| (l.min(i[1]), h.max(i[2])));
    let axis = Axis::around(low, high, ticks);
    let x = Linear { values: (axis.low, axis.high), pixels: (plot.x, plot.right()) };
    axes::across(sheet, &axis, &x, plot);
    for (i, r) in data.rows.iter().enumerate() {
        let Some([value, low, high]) = r.index else { continue };
        let y = plot.y + (i as f64 + 0.5) * step;
        sheet.line(vec![(x.at(low), y), (x.at(high), y)], BASELINE, 2.0);
        sheet.disc((x.at(value), y), 5.6, PAPER);
        sheet.disc((x.at(value), y), 4.6, INK);
    }
}

fn csv(data: &Tornado) -> String {
    let columns = [
        "assumption",
        "mean_low_fifth",
        "mean_high_fifth",
        "mean",
        "index",
        "index_p2.5",
        "index_p97.5",
    ];
    let mut table = Table::new(&columns);
    for r in &data.rows {
        let index = r.index.unwrap_or([f64::NAN; 3]);
        table.numbers(&[&r.name], &[r.low, r.high, data.centre, index[0], index[1], index[2]]);
    }
    table.finish()
}
