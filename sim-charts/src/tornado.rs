//! Tornado: which assumption moves the answer? Swings at the left, shares of the variance or effects at the right.
//!
//! Invariant: both panels show the same assumptions in the same rows.

use super::canvas::{Anchor, Canvas, Label, Rect};
use super::palette::{BASELINE, CHINA, INK, PAPER, US};
use super::scale::Axis;
use super::table::Table;
use super::{ChartError, Figure, Frame, axes, checks, text};

/// Size of type [logical px].
const SIZE: f64 = 13.5;
const MAX_ROWS: usize = 14;

/// Assumptions in the order of their weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Tornado {
    /// Unit of the swings.
    pub swing_title: String,
    /// Meaning of the dots.
    pub dot_title: String,
    /// Mean over all runs, from which bars start.
    pub centre: f64,
    /// Assumptions, heaviest first, 1 to 14.
    pub rows: Vec<Swing>,
}

/// An assumption and how far it moves the outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Swing {
    /// Name of the assumption.
    pub name: String,
    /// Mean outcome over the fifth of runs with its lowest values.
    pub low: f64,
    /// Mean outcome over the fifth of runs with its highest values.
    pub high: f64,
    /// Index with its 95 % limits: value, low, high; `None` where the design gives none.
    pub index: Option<[f64; 3]>,
}

/// Draws the swings, and the indices beside them where the design gives any.
pub fn tornado(frame: &Frame, data: &Tornado) -> Result<Figure, ChartError> {
    checks::count("assumptions", data.rows.len(), 1, MAX_ROWS)?;
    checks::finite("centre", &[data.centre])?;
    for r in &data.rows {
        checks::finite(&r.name, &[r.low, r.high])?;
        checks::finite(&r.name, &r.index.unwrap_or_default())?;
    }
    let (mut canvas, body) = frame.lay()?;
    let with_dots = data.rows.iter().any(|r| r.index.is_some());
    let (room, lines) = frame.size.choose((230.0, 1), (122.0, 2));
    let wrap = |row: &Swing| text::wrap_to(&row.name, SIZE, true, room, lines);
    let names: Vec<Vec<String>> = data.rows.iter().map(wrap).collect();
    let left =
        body.x + text::widest(names.iter().flatten(), SIZE, true) + frame.size.choose(26.0, 18.0);
    let room = body.right() - left - frame.size.choose(20.0, 8.0);
    let share = if with_dots { 0.6 } else { 1.0 };
    let titles = frame.size.choose(1, 2);
    let head = 30.0 + 16.0 * titles as f64;
    let top = body.y + head;
    let height = body.height - head - axes::YEARS;
    let deepest = names.iter().map(Vec::len).max().unwrap_or(1) as f64;
    checks::room(height, (deepest * (SIZE + 1.5) + 2.0) * names.len() as f64)?;
    let bars =
        Rect { x: left, y: top, width: room * share - frame.size.choose(30.0, 16.0), height };
    let dots =
        Rect { x: left + room * share + 10.0, y: top, width: room * (1.0 - share) - 10.0, height };
    for (lines, y) in names.iter().zip(bars.middles(names.len())) {
        let label = |line: &str| Label::new(line, SIZE).bold().anchor(Anchor::End);
        canvas.centred((left - 12.0, y), 15.0, lines, label);
    }
    let ticks = frame.size.choose((5, 3), (3, 2));
    draw_bars(&mut canvas, data, bars, ticks.0);
    draw_key(&mut canvas, (body.x, bars.x), top, frame.size.narrow());
    draw_title(&mut canvas, &data.swing_title, bars, (body, titles));
    if with_dots {
        draw_dots(&mut canvas, data, dots, ticks.1);
        draw_title(&mut canvas, &data.dot_title, dots, (body, titles));
    }
    Figure::new(frame, &canvas, csv(data))
}

/// The meaning of the two colours, on the line above the bars.
fn draw_key(canvas: &mut Canvas, (left, bars): (f64, f64), top: f64, narrow: bool) {
    let mut x = if narrow { left } else { bars };
    for (words, colour) in [("lowest fifth of values", US), ("highest fifth", CHINA)] {
        canvas.fill(Rect { x, y: top - 22.0, width: 16.0, height: 11.0 }, colour, 0.85);
        canvas.text((x + 21.0, top - 12.0), Label::new(words, SIZE).colour(colour.for_text()));
        x += 21.0 + text::width(words, SIZE, false) + 20.0;
    }
}

/// The title of a panel, on the lines above it.
fn draw_title(canvas: &mut Canvas, words: &str, plot: Rect, (body, lines): (Rect, usize)) {
    let words = text::wrap_to(words, SIZE, false, plot.width + 8.0, lines);
    canvas.lines((plot.x, body.y + 12.0), 16.0, &words, |line| Label::soft(line, SIZE));
}

/// Swings from the mean, which may be far from zero: zero of the axis is the mean.
fn draw_bars(canvas: &mut Canvas, data: &Tornado, plot: Rect, ticks: usize) {
    let moved = |v: f64| v - data.centre;
    let all = data.rows.iter().flat_map(|r| [moved(r.low), moved(r.high)]);
    let x = axes::across(canvas, &Axis::around(all, ticks), plot);
    let thick = (0.34 * (plot.height / data.rows.len() as f64)).min(11.0);
    for (r, y) in data.rows.iter().zip(plot.middles(data.rows.len())) {
        for (value, colour, offset) in [(r.low, US, -0.5), (r.high, CHINA, 0.5)] {
            let (from, to) = (x.at(0.0), x.at(moved(value)));
            let area = Rect {
                x: from.min(to),
                y: y + offset * thick - thick / 2.0,
                width: (to - from).abs().max(1.0),
                height: thick,
            };
            canvas.fill(area, colour, 0.85);
        }
    }
    canvas.line(vec![(x.at(0.0), plot.y), (x.at(0.0), plot.bottom())], INK, 1.2);
}

/// Indices as dots with their limits.
fn draw_dots(canvas: &mut Canvas, data: &Tornado, plot: Rect, ticks: usize) {
    let limits = data.rows.iter().filter_map(|r| r.index).flat_map(|i| [i[1], i[2]]);
    let x = axes::across(canvas, &Axis::around(limits, ticks), plot);
    for (r, y) in data.rows.iter().zip(plot.middles(data.rows.len())) {
        let Some([value, low, high]) = r.index else { continue };
        canvas.line(vec![(x.at(low), y), (x.at(high), y)], BASELINE, 2.0);
        canvas.disc((x.at(value), y), 5.6, PAPER);
        canvas.disc((x.at(value), y), 4.6, INK);
    }
}

fn csv(data: &Tornado) -> String {
    let header = "assumption,mean_low_fifth,mean_high_fifth,mean,index,index_p2.5,index_p97.5";
    let mut table = Table::new(header);
    for r in &data.rows {
        let index = r.index.unwrap_or([f64::NAN; 3]);
        table.row(&[&r.name], &[r.low, r.high, data.centre, index[0], index[1], index[2]]);
    }
    table.finish()
}
