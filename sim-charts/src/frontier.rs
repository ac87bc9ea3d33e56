//! Frontier: what lead does a dollar of lost revenue buy? Regimes as points, with their spread.
//!
//! Invariant: a regime that another beats in both is hollow, and every point is named.

use super::canvas::{Anchor, Canvas, Label, Point, Rect};
use super::palette::{PAPER, RULE, style};
use super::scale::{Axis, Plot};
use super::table::Table;
use super::{ChartError, Figure, Frame, axes, checks, place, text};

/// Size of names [logical px].
const SIZE: f64 = 14.0;
/// Corners of a contour.
const CORNERS: u32 = 60;
const MAX_POINTS: usize = 24;

/// A scatter of regimes.
#[derive(Debug, Clone, PartialEq)]
pub struct Frontier {
    /// Outcome of which more is to the right, with its unit.
    pub x_title: String,
    /// Outcome of which more is upwards, with its unit.
    pub y_title: String,
    /// Regimes, 1 to 24.
    pub points: Vec<Choice>,
}

/// A regime: one value of both outcomes for each run.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// Name of the regime.
    pub name: String,
    /// Style of the point (see [`palette::style`](super::palette::style)).
    pub style: usize,
    /// Values of the outcome to the right, by run.
    pub x: Vec<f64>,
    /// Values of the outcome upwards, by run.
    pub y: Vec<f64>,
    /// 5 %, 50 % and 95 % quantiles of `x`.
    pub across: [f64; 3],
    /// 5 %, 50 % and 95 % quantiles of `y`.
    pub up: [f64; 3],
    /// Whether another regime costs no more and gains no less.
    pub dominated: bool,
}

/// Draws each regime as a point with its spread.
pub fn frontier(frame: &Frame, data: &Frontier) -> Result<Figure, ChartError> {
    checks::count("regimes", data.points.len(), 1, MAX_POINTS)?;
    for p in &data.points {
        checks::finite(&p.name, &p.x)?;
        checks::series(&p.name, &p.y, p.x.len())?;
        checks::finite(&p.name, &[p.across, p.up].concat())?;
    }
    let (mut canvas, body) = frame.lay()?;
    let contours: Vec<Vec<Point>> =
        data.points.iter().filter_map(|p| contour(&p.x, &p.y)).collect();
    let (across, up) = axes_of(data, &contours, frame.size.choose(6, 4));
    let left = body.x + axes::gutter(&up);
    let area = Rect {
        x: left,
        y: body.y + 26.0,
        width: body.right() - left - 12.0,
        height: body.height - 26.0 - axes::YEARS - 20.0,
    };
    let plot = Plot::new(area, across.range, up.range);
    axes::grid(&mut canvas, &up, &plot);
    axes::values(&mut canvas, &up, &plot);
    axes::across(&mut canvas, &across, area);
    let titles = [
        ((body.x, body.y + 12.0), Anchor::Start, format!("\u{2191} {}", data.y_title)),
        ((area.right(), body.bottom()), Anchor::End, format!("{} \u{2192}", data.x_title)),
    ];
    for (at, anchor, words) in titles {
        let words = text::shorten(&words, SIZE, false, body.width);
        canvas.text(at, Label::soft(words, SIZE).anchor(anchor));
    }
    for p in &data.points {
        draw_spread(&mut canvas, p, &plot);
    }
    let at = |p: &Choice| (plot.across.at(p.across[1]), plot.up.at(p.up[1]));
    for p in &data.points {
        canvas.disc(at(p), 7.4, PAPER);
        canvas.disc(at(p), 6.2, style(p.style).line);
        if p.dominated {
            canvas.disc(at(p), 3.8, PAPER);
        }
    }
    let places: Vec<Point> = data.points.iter().map(at).collect();
    let room = frame.size.choose(240.0, 205.0);
    draw_names(&mut canvas, data, &places, area, room)?;
    Figure::new(frame, &canvas, csv(data))
}

/// The axes across and up, over the 90 % ranges and the contours.
fn axes_of(data: &Frontier, contours: &[Vec<Point>], count: usize) -> (Axis, Axis) {
    let across = data.points.iter().flat_map(|p| p.across);
    let up = data.points.iter().flat_map(|p| p.up);
    let corners = || contours.iter().flatten();
    (
        Axis::around(across.chain(corners().map(|c| c.0)), count),
        Axis::around(up.chain(corners().map(|c| c.1)), count),
    )
}

/// 90 % bars in both directions, and the contour that holds half of the runs.
fn draw_spread(canvas: &mut Canvas, p: &Choice, plot: &Plot) {
    let Plot { area, across: x, up: y } = plot;
    let look = style(p.style);
    if let Some(corners) = contour(&p.x, &p.y) {
        let inside = |(a, b): (f64, f64)| {
            (x.at(a).clamp(area.x, area.right()), y.at(b).clamp(area.y, area.bottom()))
        };
        let points: Vec<Point> = corners.into_iter().map(inside).collect();
        canvas.polygon(points.clone(), look.line, 0.16);
        let closed = points.iter().chain(points.first()).copied().collect();
        canvas.line(closed, look.line, 1.1);
    }
    let (px, py) = (x.at(p.across[1]), y.at(p.up[1]));
    canvas.line(vec![(x.at(p.across[0]), py), (x.at(p.across[2]), py)], look.line, 1.4);
    canvas.line(vec![(px, y.at(p.up[0])), (px, y.at(p.up[2]))], look.line, 1.4);
}

/// The ellipse in the shape of the covariance, about the mean, that holds half of the points; `None` for points on
/// a line or a single one.
fn contour(x: &[f64], y: &[f64]) -> Option<Vec<(f64, f64)>> {
    let n = x.len() as f64;
    let mean = |v: &[f64]| v.iter().sum::<f64>() / n;
    let (mx, my) = (mean(x), mean(y));
    let covariance = |a: &[f64], ma: f64, b: &[f64], mb: f64| {
        a.iter().zip(b).map(|(a, b)| (a - ma) * (b - mb)).sum::<f64>() / n
    };
    let (xx, xy, yy) =
        (covariance(x, mx, x, mx), covariance(x, mx, y, my), covariance(y, my, y, my));
    // Cholesky factor of the covariance.
    let l11 = xx.sqrt();
    let l21 = xy / l11;
    let l22 = (yy - l21 * l21).sqrt();
    if !(l11 > 0.0 && l22 > 0.0) {
        return None;
    }
    let mut distances: Vec<f64> = x
        .iter()
        .zip(y)
        .map(|(a, b)| {
            let u = (a - mx) / l11;
            let v = (b - my - l21 * u) / l22;
            u * u + v * v
        })
        .collect();
    distances.sort_by(f64::total_cmp);
    let radius = sim_stats::summary::quantile(&distances, 0.5).sqrt();
    let corner = |i: u32| {
        let angle = 2.0 * std::f64::consts::PI * f64::from(i) / f64::from(CORNERS);
        let (u, v) = (radius * libm::cos(angle), radius * libm::sin(angle));
        (mx + l11 * u, my + l21 * u + l22 * v)
    };
    Some((0..CORNERS).map(corner).collect())
}

/// Names the points, each beside its own or joined to it by a line.
fn draw_names(
    canvas: &mut Canvas,
    data: &Frontier,
    places: &[Point],
    plot: Rect,
    room: f64,
) -> Result<(), ChartError> {
    let names: Vec<String> =
        data.points.iter().map(|p| text::shorten(&p.name, SIZE, true, room)).collect();
    let sizes: Vec<(f64, f64)> =
        names.iter().map(|n| (text::width(n, SIZE, true) + 4.0, SIZE + 3.0)).collect();
    let boxes = place::beside(places, &sizes, plot);
    for (((p, name), at), area) in data.points.iter().zip(&names).zip(places).zip(boxes) {
        let area =
            area.ok_or(ChartError::NoRoom { height: plot.height, min: plot.height + SIZE })?;
        let near = (at.0.clamp(area.x, area.right()), at.1.clamp(area.y, area.bottom()));
        let away = (near.0 - at.0).abs() + (near.1 - at.1).abs();
        if away > 16.0 {
            canvas.line(vec![*at, near], RULE, 0.8);
        }
        canvas.fill(area, PAPER, 0.82);
        let base = area.y + text::ASCENT * SIZE + 1.5;
        canvas
            .text((area.x + 2.0, base), Label::new(name, SIZE).bold().colour(style(p.style).text));
    }
    Ok(())
}

fn csv(data: &Frontier) -> String {
    let header = "regime,quantity,x_p5,x_p50,x_p95,y_p5,y_p50,y_p95,dominated";
    let mut table = Table::new(header);
    for p in &data.points {
        let mut row = [p.across, p.up].concat();
        row.push(f64::from(u8::from(p.dominated)));
        table.row(&[&p.name, "summary"], &row);
        for (x, y) in p.x.iter().zip(&p.y) {
            let none = f64::NAN;
            table.row(&[&p.name, "run"], &[none, *x, none, none, *y, none, none]);
        }
    }
    table.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contour_holds_half_of_the_runs() {
        let x: Vec<f64> = (0..101).map(|i| f64::from(i * 37 % 101)).collect();
        let y: Vec<f64> =
            (0..101).map(|i| f64::from(i * 11 % 101) + f64::from(i * 37 % 101)).collect();
        let corners = contour(&x, &y).unwrap();
        let within = |px: f64, py: f64| {
            let edges = corners.iter().zip(corners.iter().cycle().skip(1));
            edges
                .filter(|(a, b)| {
                    (a.1 > py) != (b.1 > py) && px < (b.0 - a.0) * (py - a.1) / (b.1 - a.1) + a.0
                })
                .count()
                % 2
                == 1
        };
        let held = x.iter().zip(&y).filter(|(a, b)| within(**a, **b)).count();
        assert!((48..=52).contains(&held), "{held} of 101");
        assert_eq!(contour(&[1.0, 2.0], &[1.0, 1.0]), None);
    }
}
