//! Frontier: what lead does a dollar of lost revenue buy?

use super::{Scene, Words};
use crate::finding;
use crate::results::Results;
use crate::study::Study;
use sim_charts::{ChartError, Choice, Figure, Frontier, frontier};
use sim_stats::summary::{Summary, paired};

/// Dollars in which the price of lead is told, USD bn.
const PRICE: f64 = 10.0;

/// Loss of revenue, positive, and gain of lead of each run.
fn outcomes(results: &Results, scenario: usize) -> (Vec<f64>, Vec<f64>) {
    let loss = results.difference(scenario, "us-revenue-world").iter().map(|d| -d).collect();
    (loss, results.difference(scenario, "lead-logic"))
}

pub(super) fn draw(scene: Scene<'_>) -> Result<Figure, ChartError> {
    let Scene { study, results, size } = scene;
    let regimes = scene.shown();
    let all: Vec<(Vec<f64>, Vec<f64>)> = regimes.iter().map(|s| outcomes(results, *s)).collect();
    let medians: Vec<(f64, f64)> =
        all.iter().map(|(x, y)| (Summary::of(x).p50, Summary::of(y).p50)).collect();
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
                let s = Summary::of(v);
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
            "US suppliers\u{2019} lost revenue{}, USD bn",
            size.choose(format!(" {}", study.span()), String::new())
        ),
        y_title: format!("Lead in logic gained by {}, generations", study.end_words()),
        points,
    };
    let (n, base, dollars) = (scene.replicates(), scene.baseline(), results.dollars.label());
    let left_out = scene.left_out(&regimes);
    let words = Words {
        headline: headline(study, results, &regimes),
        brief: None,
        subtitle: format!(
            "Revenue lost (USD bn, {dollars}) and lead gained (generations) against the same draw under {base}; {n} paired \
             replicates{left_out}; point: medians, bars: 90 %, contour: 50 % of runs; hollow: another regime costs no more \
             and gains no less"
        ),
        short: format!(
            "Against {base}, {dollars}; {n} paired replicates{left_out}; point: medians, bars: 90 %, contour: 50 % of runs; \
             hollow: another costs no more and gains no less"
        ),
        form: "Scatter of regimes: lost revenue to the right, lead gained upwards",
    };
    frontier(&scene.frame("frontier", words), &data)
}

/// Lead for a sum of lost revenue, run by run, of the regimes that clearly lose some.
fn headline(study: &Study, results: &Results, regimes: &[usize]) -> String {
    let mut prices: Vec<(usize, Vec<f64>)> = regimes
        .iter()
        .filter_map(|s| {
            let (loss, gain) = outcomes(results, *s);
            let clear = Summary::of(&loss).p5 > 0.0;
            clear.then(|| (*s, gain.iter().zip(&loss).map(|(g, l)| PRICE * g / l).collect()))
        })
        .collect();
    prices.sort_by(|a, b| Summary::of(&b.1).p50.total_cmp(&Summary::of(&a.1).p50));
    let title = |s: usize| finding::inside(&study.regimes[s].title);
    let Some((best, price)) = prices.first() else {
        return "No regime clearly costs US suppliers revenue: lead has no price here".to_owned();
    };
    let summary = Summary::of(price);
    let range = format!(
        "{} generations for USD {PRICE} bn lost (5\u{2013}95 %: {} to {})",
        finding::number(summary.p50, 2),
        finding::number(summary.p5, 2),
        finding::number(summary.p95, 2)
    );
    if !summary.clear() {
        return format!(
            "No regime clearly buys lead for lost revenue; the largest median is {range} under {}",
            title(*best)
        );
    }
    match prices.get(1) {
        None => format!("{} buys {range}", study.regimes[*best].title),
        Some((second, other)) if Summary::of(&paired(price, other)).clear() => {
            let next = finding::number(Summary::of(other).p50, 2);
            format!(
                "{} buys lead most cheaply: {range}; next is {} with {next}",
                study.regimes[*best].title,
                title(*second)
            )
        }
        Some((second, _)) => format!(
            "{} buys {range}; no clear difference from {}, the next",
            study.regimes[*best].title,
            title(*second)
        ),
    }
}
