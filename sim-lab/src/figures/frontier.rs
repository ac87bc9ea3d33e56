//! Frontier: what lead does a dollar of lost revenue buy?

use super::{Scene, Words};
use crate::finding::number;
use crate::results::Results;
use crate::study::Study;
use sim_charts::{ChartError, Choice, Figure, Frontier, frontier};
use sim_stats::summary::{Summary, paired};

/// Generations that are told as more than nothing.
const LEAST: f64 = 0.05;
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

/// Lead for a sum of lost revenue, run by run, of the regimes that clearly lose some and gain lead for it; of other
/// regimes, what they change in both.
fn headline(study: &Study, results: &Results, regimes: &[usize]) -> String {
    let changes: Vec<Changes> = regimes
        .iter()
        .map(|s| {
            let (loss, gain) = outcomes(results, *s);
            let price = gain.iter().zip(&loss).map(|(g, l)| PRICE * g / l).collect();
            (*s, Summary::of(&loss), Summary::of(&gain), price)
        })
        .collect();
    let mut prices: Vec<(usize, &Vec<f64>)> = changes
        .iter()
        .filter(|(_, loss, gain, _)| loss.p5 > 0.0 && (gain.p50 >= 0.0 || !gain.clear()))
        .map(|(s, _, _, price)| (*s, price))
        .collect();
    prices.sort_by(|a, b| Summary::of(b.1).p50.total_cmp(&Summary::of(a.1).p50));
    let Some((best, price)) = prices.first() else {
        return without_price(study, &changes).unwrap_or_else(|| {
            "No regime clearly costs US suppliers revenue: lead has no price here".to_owned()
        });
    };
    let summary = Summary::of(price);
    let range = format!(
        "{} generations for USD {PRICE} bn lost (5\u{2013}95 %: {} to {})",
        number(summary.p50, 2),
        number(summary.p5, 2),
        number(summary.p95, 2)
    );
    if !summary.clear() {
        return without_price(study, &changes).unwrap_or_else(|| {
            format!(
                "No regime clearly buys lead for lost revenue; the largest median is {range} under {}",
                study.named(*best)
            )
        });
    }
    match prices.get(1) {
        None => format!("{} buys {range}", study.headed(*best)),
        Some((second, other)) if Summary::of(&paired(price, other)).clear() => {
            let next = number(Summary::of(other).p50, 2);
            format!(
                "{} buys lead most cheaply: {range}; next is {} with {next}",
                study.headed(*best),
                study.named(*second)
            )
        }
        Some((second, _)) => format!(
            "{} buys {range}; no clear difference from {}, the next",
            study.headed(*best),
            study.named(*second)
        ),
    }
}

/// A regime, the revenue that it costs, the lead that it gains, and the lead for a sum of lost revenue run by run.
type Changes = (usize, Summary, Summary, Vec<f64>);

/// Where no regime pays revenue for lead: which changes lead most, and what it does to revenue.
fn without_price(study: &Study, changes: &[Changes]) -> Option<String> {
    let size = |gain: &Summary| if gain.clear() { gain.p50.abs() } else { 0.0 };
    let most = changes.iter().max_by(|a, b| size(&a.2).total_cmp(&size(&b.2)));
    let (s, loss, gain, _) = most.filter(|change| size(&change.2) >= LEAST)?;
    let told = |s: &Summary, decimals: usize| {
        let s = s.scaled(s.p50.signum());
        let [p50, p5, p95] = [s.p50, s.p5, s.p95].map(|value| number(value, decimals));
        (p50, format!("(5\u{2013}95 %: {p5} to {p95})"))
    };
    let (generations, range) = told(gain, 1);
    let verb = if gain.p50 < 0.0 { "gives up" } else { "gains" };
    let lead = format!("{} {verb} {generations} generations of lead {range}", study.headed(*s));
    let (money, range) = told(loss, 0);
    Some(match (loss.clear(), loss.p50 > 0.0) {
        (false, _) => format!("{lead} with no clear difference to US suppliers\u{2019} revenue"),
        (true, true) => {
            format!("{lead}, and USD {money} bn of US suppliers\u{2019} revenue are lost {range}")
        }
        (true, false) => format!("{lead}, and US suppliers gain USD {money} bn {range}"),
    })
}
