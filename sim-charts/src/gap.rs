//! Gap: does lost revenue slow the leader? Two levels over time, and the distance between them.
//!
//! Invariant: all panels share one scale.

use super::error::ChartError;
use super::events::{self, Event};
use super::figure::Figure;
use super::frame::Frame;
use super::labels::{Slot, spread};
use super::palette::{CHINA, GRID, PAPER, Rgb, SOFT, US};
use super::scale::{Axis, Linear};
use super::sheet::{Label, Point, Rect, Sheet};
use super::table::Table;
use super::{axes, checks, text};

const SIZE: f64 = 14.0;
const END: f64 = 118.0;
/// Height of a panel's name [logical px].
const HEAD: f64 = 30.0;

/// Two levels under several regimes.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// Unit of the values.
    pub unit: String,
    /// Times of the values [calendar years], rising.
    pub times: Vec<f64>,
    /// Names of the leader and the follower.
    pub names: [String; 2],
    /// Panels, 1 to 3.
    pub panels: Vec<Pair>,
    /// Events drawn as vertical rules.
    pub events: Vec<Event>,
}

/// Leader and follower under a regime.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Name of the regime.
    pub name: String,
    /// For leader and follower, the 5 %, 50 % and 95 % quantiles at each time.
    pub levels: [[Vec<f64>; 3]; 2],
    /// The distance at the end, in words.
    pub gap: String,
}

/// Draws the panels.
///
/// # Errors
/// [`ChartError`].
pub fn gap(frame: &Frame, data: &Gap) -> Result<Figure, ChartError> {
    checks::times(&data.times)?;
    checks::count("panels", data.panels.len(), 1, 3)?;
    for p in &data.panels {
        for values in p.levels.iter().flatten() {
            checks::series(&p.name, values, data.times.len())?;
        }
    }
    let events = events::within(&data.events, &data.times);
    let mut sheet = Sheet::default();
    let body = frame.lay(&mut sheet)?;
    let all = || data.panels.iter().flat_map(|p| p.levels.iter().flatten().flatten().copied());
    let axis =
        Axis::around(all().fold(0.0, f64::min), all().fold(0.0, f64::max), frame.size.choose(5, 2));
    let gutter = axis.ticks.iter().map(|t| text::width(&axis.label(*t), axes::SIZE, false));
    let left = body.x + gutter.fold(0.0, f64::max) + axes::GUTTER_GAP;
    let mut top = body.y;
    if !events.is_empty() {
        for words in text::wrap_to(&events::sentence(&events), 13.0, false, body.width, 2) {
            sheet.text((body.x, top + 10.0), Label::new(words, 13.0).colour(SOFT));
            top += 17.0;
        }
    }
    let panels = data.panels.len();
    // Beside each other on a page, below each other in a column.
    let (columns, rows) = frame.size.choose((panels, 1), (1, panels));
    let pitch = (body.right() - left) / columns as f64;
    let drop = (body.bottom() - axes::YEARS - top) / rows as f64;
    let least = frame.size.choose(120.0, 64.0);
    if drop - HEAD < least {
        return Err(ChartError::NoRoom { height: drop - HEAD, min: least });
    }
    for (i, panel) in data.panels.iter().enumerate() {
        let (column, row) = if rows > 1 { (0, i) } else { (i, 0) };
        let plot = Rect {
            x: left + column as f64 * pitch,
            y: top + row as f64 * drop + HEAD,
            width: pitch - END - 14.0,
            height: drop - HEAD,
        };
        let unit = if i == 0 { format!(", {}", data.unit) } else { String::new() };
        let name = text::shorten(&text::clean(&panel.name), SIZE, true, plot.width - 100.0);
        let after = plot.x + text::width(&name, SIZE, true);
        sheet.text((plot.x, plot.y - 9.0), Label::new(name, SIZE).bold());
        sheet.text((after, plot.y - 9.0), Label::new(unit, SIZE).colour(SOFT));
        let ends = (data.times[0], data.times[data.times.len() - 1]);
        let time = Linear { values: ends, pixels: (plot.x, plot.right()) };
        let value = Linear { values: (axis.low, axis.high), pixels: (plot.bottom(), plot.y) };
        axes::grid(&mut sheet, &axis, &value, plot);
        events::draw_rules(&mut sheet, &events, &time, plot);
        if column == 0 {
            axes::values(&mut sheet, &axis, &value, plot, |t| axis.label(t));
        }
        if row + 1 == rows {
            axes::years(&mut sheet, &time, plot, plot.x - 7.0, plot.right() + 7.0);
        }
        draw(&mut sheet, data, panel, plot, &time, &value);
    }
    Figure::new(frame, &sheet, csv(data))
}

fn draw(sheet: &mut Sheet, data: &Gap, panel: &Pair, plot: Rect, time: &Linear, value: &Linear) {
    let line = |values: &[f64]| -> Vec<Point> {
        data.times.iter().zip(values).map(|(t, v)| (time.at(*t), value.at(*v))).collect()
    };
    let [leader, follower] = &panel.levels;
    sheet.band(&line(&follower[1]), &line(&leader[1]), GRID, 0.6);
    let colours: [Rgb; 2] = [US, CHINA];
    let mut ends = [0.0; 2];
    for (k, (levels, colour)) in panel.levels.iter().zip(colours).enumerate() {
        sheet.band(&line(&levels[0]), &line(&levels[2]), colour, 0.18);
        let middle = line(&levels[1]);
        ends[k] = middle[middle.len() - 1].1;
        sheet.line(middle, colour, 2.6);
    }
    let x = plot.right() + 8.0;
    // The three labels stay in their order: the leader's, the distance, the follower's.
    let gap = text::wrap_to(&panel.gap, 13.0, false, END, 2);
    let slots = [
        Slot { target: ends[0], extent: 18.0 },
        Slot { target: f64::midpoint(ends[0], ends[1]), extent: 16.0 * gap.len() as f64 + 3.0 },
        Slot { target: ends[1], extent: 18.0 },
    ];
    let room = (plot.y - 26.0, plot.bottom() + 12.0);
    if let Some(centres) = spread(&slots, room.0, room.1) {
        for ((y, name), colour) in [centres[0], centres[2]].iter().zip(&data.names).zip(colours) {
            let name = text::shorten(name, 13.0, true, END);
            let label = Label::new(name, 13.0).bold().colour(colour.for_text());
            sheet.text((x, y + 4.5), label);
        }
        let first = centres[1] - (gap.len() - 1) as f64 * 8.0 + 4.5;
        for (row, words) in gap.iter().enumerate() {
            sheet.text((x, first + row as f64 * 16.0), Label::new(words, 13.0).colour(SOFT));
        }
    }
    for (y, colour) in ends.iter().zip(colours) {
        sheet.disc((plot.right(), *y), 5.2, PAPER);
        sheet.disc((plot.right(), *y), 4.2, colour);
    }
}

fn csv(data: &Gap) -> String {
    let mut table = Table::new(&["regime", "who", "time_years", "p5", "p50", "p95"]);
    for p in &data.panels {
        for (name, levels) in data.names.iter().zip(&p.levels) {
            for (i, t) in data.times.iter().enumerate() {
                table.numbers(&[&p.name, name], &[*t, levels[0][i], levels[1][i], levels[2][i]]);
            }
        }
    }
    table.finish()
}
