//! Gap: does lost revenue slow the leader? Two levels over time, and the distance between them.
//!
//! Invariant: all panels share one scale.

use super::canvas::{Canvas, Label, Rect};
use super::events::{self, Event};
use super::labels::{Slot, spread};
use super::marker::Marker;
use super::multiples::Grid;
use super::palette::{CHINA, GRID, Rgb, US};
use super::scale::{Axis, Plot};
use super::table::Table;
use super::{ChartError, Figure, Frame, axes, checks, text};

/// Sizes of type, and room right of a plot for the labels at the ends [logical px].
const SIZE: f64 = 14.0;
const SMALL: f64 = 13.0;
const END: f64 = 118.0;
/// Height of a panel's name [logical px].
const HEAD: f64 = 30.0;

/// Colours of the leader and the follower.
const COLOURS: [Rgb; 2] = [US, CHINA];

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

/// Draws both levels over time and the distance between them, one panel for each regime.
pub fn gap(frame: &Frame, data: &Gap) -> Result<Figure, ChartError> {
    checks::times(&data.times)?;
    checks::count("panels", data.panels.len(), 1, 3)?;
    for p in &data.panels {
        for values in p.levels.iter().flatten() {
            checks::series(&p.name, values, data.times.len())?;
        }
    }
    let events = events::within(&data.events, &data.times);
    let (mut canvas, body) = frame.lay()?;
    let levels = data.panels.iter().flat_map(|p| p.levels.iter().flatten().flatten().copied());
    let axis = Axis::around(levels, frame.size.choose(5, 2));
    let sentence = events::sentence_lines(&events, body.width);
    canvas.lines((body.x, body.y + 10.0), 17.0, &sentence, |line| Label::soft(line, SMALL));
    let top = body.y + 17.0 * sentence.len() as f64;

    // Beside each other on a page, below each other in a column.
    let columns = frame.size.choose(data.panels.len(), 1);
    let edges = (body.x + axes::gutter(&axis), body.right());
    let grid = Grid::new(data.panels.len(), columns, edges, 0.0);
    let heads = vec![HEAD; grid.rows()];
    let least = frame.size.choose(120.0, 64.0);
    let areas = grid.plots(&heads, (top, body.bottom()), 0.0, least)?;
    for (i, (panel, area)) in data.panels.iter().zip(areas).enumerate() {
        let plot = Plot::over(Rect { width: area.width - END - 14.0, ..area }, &data.times, &axis);
        let unit = if i == 0 { format!(", {}", data.unit) } else { String::new() };
        draw_head(&mut canvas, &panel.name, unit, plot.area);
        axes::grid(&mut canvas, &axis, &plot);
        events::draw(&mut canvas, None, &events, &plot);
        if grid.leads(i) {
            axes::values(&mut canvas, &axis, &plot);
        }
        if grid.is_lowest(i) {
            axes::years(&mut canvas, &plot, plot.area.x - 7.0, plot.area.right() + 7.0);
        }
        draw_panel(&mut canvas, data, panel, &plot);
    }
    Figure::new(frame, &canvas, csv(data))
}

/// The name of a panel, and the unit after it.
fn draw_head(canvas: &mut Canvas, name: &str, unit: String, plot: Rect) {
    let name = text::shorten(name, SIZE, true, plot.width - 100.0);
    let after = plot.x + text::width(&name, SIZE, true);
    canvas.text((plot.x, plot.y - 9.0), Label::new(name, SIZE).bold());
    canvas.text((after, plot.y - 9.0), Label::soft(unit, SIZE));
}

/// Bands and lines of a panel, with their names.
fn draw_panel(canvas: &mut Canvas, data: &Gap, panel: &Pair, plot: &Plot) {
    let line = |values: &[f64]| plot.points(&data.times, values);
    let [leader, follower] = &panel.levels;
    canvas.band(&line(&follower[1]), &line(&leader[1]), GRID, 0.6);
    let mut ends = [0.0; 2];
    for (k, (levels, colour)) in panel.levels.iter().zip(COLOURS).enumerate() {
        canvas.band(&line(&levels[0]), &line(&levels[2]), colour, 0.18);
        let middle = line(&levels[1]);
        ends[k] = middle[middle.len() - 1].1;
        canvas.line(middle, colour, 2.6);
    }
    draw_labels(canvas, data, panel, ends, plot.area);
    for (y, colour) in ends.iter().zip(COLOURS) {
        Marker::Disc.draw(canvas, (plot.area.right(), *y), colour, 1.0);
    }
}

/// The three labels at the ends stay in their order: the leader's, the distance, the follower's.
fn draw_labels(canvas: &mut Canvas, data: &Gap, panel: &Pair, ends: [f64; 2], plot: Rect) {
    let x = plot.right() + 8.0;
    let gap = text::wrap_to(&panel.gap, SMALL, false, END, 2);
    let slots = [
        Slot { target: ends[0], extent: 18.0 },
        Slot { target: f64::midpoint(ends[0], ends[1]), extent: 16.0 * gap.len() as f64 + 3.0 },
        Slot { target: ends[1], extent: 18.0 },
    ];
    let Some(centres) = spread(&slots, plot.y - 26.0, plot.bottom() + 12.0) else { return };
    for ((y, name), colour) in [centres[0], centres[2]].iter().zip(&data.names).zip(COLOURS) {
        let name = text::shorten(name, SMALL, true, END);
        let label = Label::new(name, SMALL).bold().colour(colour.for_text());
        canvas.text((x, y + 4.5), label);
    }
    let first = centres[1] - (gap.len() - 1) as f64 * 8.0 + 4.5;
    canvas.lines((x, first), 16.0, &gap, |line| Label::soft(line, SMALL));
}

fn csv(data: &Gap) -> String {
    let mut table = Table::new("regime,who,time_years,p5,p50,p95");
    for p in &data.panels {
        for (name, levels) in data.names.iter().zip(&p.levels) {
            for (i, t) in data.times.iter().enumerate() {
                table.row(&[&p.name, name], &[*t, levels[0][i], levels[1][i], levels[2][i]]);
            }
        }
    }
    table.finish()
}
