//! Slope chart: who picks up the sales? From the baseline at the left to a regime at the right.
//!
//! Invariant: all panels share one scale.

use super::canvas::{Anchor, Canvas, Label, Rect};
use super::key::{self, Entry, Sample};
use super::labels::{Slot, spread};
use super::multiples::Grid;
use super::palette::{PAPER, RULE, Rgb, plain};
use super::scale::{Axis, Linear, Plot};
use super::table::Table;
use super::{ChartError, Figure, Frame, axes, checks, text};

/// Size of type, height above the plots, and room right of a plot for its labels [logical px].
const SIZE: f64 = 13.0;
const HEAD: f64 = 44.0;
const LABEL: f64 = 92.0;
/// Three labels of two lines each stand beside a plot [logical px].
const LEAST_HEIGHT: f64 = 110.0;

/// Actors under several regimes.
#[derive(Debug, Clone, PartialEq)]
pub struct Slopes {
    /// Unit of the values.
    pub unit: String,
    /// Actors: name and colour.
    pub actors: Vec<(String, Rgb)>,
    /// One panel for each regime, 1 to 6.
    pub panels: Vec<Slope>,
}

/// Levels of the actors under one regime.
#[derive(Debug, Clone, PartialEq)]
pub struct Slope {
    /// Name of the regime.
    pub name: String,
    /// By actor: median level of the baseline, and 5 %, 50 % and 95 % quantiles of the level under the regime.
    pub lines: Vec<(f64, [f64; 3])>,
    /// By actor: the paired difference in words.
    pub words: Vec<String>,
}

/// Draws the level of each actor without controls and under a regime, one panel for each regime.
pub fn slopes(frame: &Frame, data: &Slopes) -> Result<Figure, ChartError> {
    checks::count("regimes", data.panels.len(), 1, 6)?;
    checks::count("actors", data.actors.len(), 1, 6)?;
    for p in &data.panels {
        checks::count("lines", p.lines.len(), data.actors.len(), data.actors.len())?;
        for (base, ends) in &p.lines {
            checks::finite(&p.name, &[*base, ends[0], ends[1], ends[2]])?;
        }
    }
    let (mut canvas, body) = frame.lay()?;
    let entry = |(name, colour): &(String, Rgb)| Entry {
        sample: Sample::Line { style: plain(*colour), band: false },
        name: name.clone(),
    };
    let entries: Vec<Entry> = data.actors.iter().map(entry).collect();
    key::draw(&mut canvas, &entries, body);
    let high = data.panels.iter().flat_map(|p| p.lines.iter().map(|l| l.0.max(l.1[2])));
    let axis = Axis::around(high, frame.size.choose(5, 3));
    let edges = (body.x + axes::gutter(&axis), body.right());
    let grid = Grid::new(data.panels.len(), data.panels.len(), edges, 0.0);
    let heights = (body.y + key::height(&entries, body), body.bottom());
    let areas = grid.plots(&[HEAD], heights, 0.0, LEAST_HEIGHT)?;
    for (i, (panel, area)) in data.panels.iter().zip(areas).enumerate() {
        let width = (grid.width - LABEL - 14.0).max(24.0);
        let plot = Plot::new(Rect { width, ..area }, (0.0, 1.0), axis.range);
        let names = text::wrap_to(&panel.name, SIZE, true, grid.width - 12.0, 2);
        let first = area.y - 26.0 + (1.0 - names.len() as f64) * 16.0;
        canvas.lines((area.x, first), 16.0, &names, |name| Label::new(name, SIZE).bold());
        axes::grid(&mut canvas, &axis, &plot);
        if grid.leads(i) {
            axes::values(&mut canvas, &axis, &plot);
            canvas.text((body.x, area.y - 9.0), Label::soft(&data.unit, SIZE));
        }
        draw_panel(&mut canvas, data, panel, plot.area, &plot.up);
    }
    Figure::new(frame, &canvas, csv(data))
}

/// The lines of a panel, with their differences in words.
fn draw_panel(canvas: &mut Canvas, data: &Slopes, panel: &Slope, plot: Rect, value: &Linear) {
    let slots: Vec<Slot> =
        panel.lines.iter().map(|l| Slot { target: value.at(l.1[1]), extent: 34.0 }).collect();
    let centres = spread(&slots, plot.y, plot.bottom() + axes::YEARS);
    for (k, ((base, [low, middle, high]), (_, colour))) in
        panel.lines.iter().zip(&data.actors).enumerate()
    {
        let (from, to) = ((plot.x + 6.0, value.at(*base)), (plot.right() - 8.0, value.at(*middle)));
        canvas.line(vec![(to.0, value.at(*low)), (to.0, value.at(*high))], *colour, 1.4);
        canvas.line(vec![from, to], *colour, 2.6);
        for at in [from, to] {
            canvas.disc(at, 5.4, PAPER);
            canvas.disc(at, 4.4, *colour);
        }
        let Some(centre) = centres.as_ref().map(|c| c[k]) else { continue };
        let x = plot.right() + 6.0;
        if (centre - to.1).abs() > 1.0 {
            canvas.line(vec![(to.0 + 6.0, to.1), (x - 2.0, centre)], RULE, 0.8);
        }
        // The difference, and its interval below it.
        let (first, rest) = panel.words[k].split_once(' ').unwrap_or((&panel.words[k], ""));
        let bold = Label::new(first, SIZE).bold().colour(colour.for_text());
        canvas.text((x, centre - 1.5), bold);
        let rest = text::shorten(rest, SIZE, false, LABEL + 6.0);
        canvas.text((x, centre + 13.0), Label::soft(rest, SIZE));
    }
    for (x, anchor, words) in
        [(plot.x, Anchor::Start, "none"), (plot.right(), Anchor::End, "regime")]
    {
        if plot.width > 110.0 {
            let at = (x, plot.bottom() + 6.0 + text::ASCENT * SIZE);
            canvas.text(at, Label::soft(words, SIZE).anchor(anchor));
        }
    }
}

fn csv(data: &Slopes) -> String {
    let mut table = Table::new("regime,actor,difference,baseline_p50,p5,p50,p95");
    for p in &data.panels {
        for ((line, (actor, _)), words) in p.lines.iter().zip(&data.actors).zip(&p.words) {
            let [low, middle, high] = line.1;
            table.row(&[&p.name, actor, words], &[line.0, low, middle, high]);
        }
    }
    table.finish()
}
