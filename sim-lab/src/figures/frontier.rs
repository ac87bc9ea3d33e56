//! Frontier: what lead does a dollar of lost revenue buy?

use super::{Scene, Words};
use crate::finding::headlines::lead_and_money;
use crate::finding::{LEAD, named};
use crate::results::Results;
use sim_charts::{ChartError, Choice, Figure, Frontier, frontier};
use sim_stats::summary::Summary;

/// Loss of revenue, positive, and gain of lead of each run.
fn outcomes(results: &Results, scenario: usize) -> (Vec<f64>, Vec<f64>) {
    let loss = results.difference(scenario, "us-revenue-world").iter().map(|d| -d).collect();
    (loss, results.difference(scenario, "lead-logic"))
}

pub(super) fn draw(scene: Scene<'_>) -> Result<Figure, ChartError> {
    let Scene { study, results, size } = scene;
    let regimes = scene.shown_with(&named(study, results, &LEAD));
    let all: Vec<(Vec<f64>, Vec<f64>)> = regimes.iter().map(|s| outcomes(results, *s)).collect();
    let medians: Vec<(f64, f64)> =
        all.iter().map(|(x, y)| (Summary::told(x).p50, Summary::told(y).p50)).collect();
    let beaten = |i: usize| {
        let (loss, gain) = medians[i];
        medians.iter().any(|(x, y)| *x <= loss && *y >= gain && (*x < loss || *y > gain))
    };
    let points = all
        .iter()
        .zip(&regimes)
        .enumerate()
        .map(|(i, ((x, y), s))| {
            let three = |v: &[f64]| {
                let s = Summary::told(v);
                [s.p5, s.p50, s.p95]
            };
            Choice {
                name: study.regimes[*s].title.clone(),
                style: i + 1,
                across: three(x),
                up: three(y),
                x: x.clone(),
                y: y.clone(),
                dominated: beaten(i),
            }
        })
        .collect();
    let data = Frontier {
        x_title: format!(
            "Revenue that US makers lose{}, USD bn",
            size.choose(format!(" {}", study.span()), String::new())
        ),
        y_title: format!("Lead in logic gained by {}, generations", study.end_words()),
        points,
    };
    let (n, base, dollars) = (scene.replicates(), scene.baseline(), results.dollars.label());
    let left_out = scene.left_out(&regimes);
    let bands = scene.bands();
    let words = Words {
        headline: lead_and_money(study, results),
        subtitle: format!(
            "Revenue that US makers of tools, materials, software and IP lose (USD bn, {dollars}) and lead gained (generations) \
             against the same draw under {base}; {n} paired replicates{left_out}; point: medians, bars: {bands}, contour: 50 % of runs; hollow: another regime costs no more \
             and gains no less"
        ),
        short: format!(
            "Against {base}, {dollars}; {n} paired replicates{left_out}; point: medians, bars: {bands}, contour: 50 % of runs; \
             hollow: another costs no more and gains no less"
        ),
        form: "Scatter of regimes: lost revenue to the right, lead gained upwards",
    };
    frontier(&scene.frame("frontier", words), &data)
}
