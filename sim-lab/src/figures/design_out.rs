//! Design-out: how fast, and does it come back?

use super::{Scene, Words, begin, events};
use crate::finding::headlines::{Halved, halved};
use crate::results::Results;
use sim_charts::{ChartError, DesignOut, Figure, Survival, design_out};
use sim_stats::survival::{Curve, Observation};

/// Part of its base-year value to which the US share has to fall.
const PART: f64 = 0.5;
/// Years between the columns of the table of runs at risk, and in a column.
const EVERY: (usize, usize) = (2, 4);

pub(super) fn draw(scene: Scene<'_>) -> Result<Figure, ChartError> {
    let Scene { study, results, size } = scene;
    let regimes: Vec<usize> = std::iter::once(0).chain(scene.shown()).collect();
    let curves: Vec<Curve> = regimes.iter().map(|s| curve(results, *s)).collect();
    let start = begin(study.from());
    let years = results.reader.told_years();
    let marks: Vec<f64> = (0..=(study.quarters() - study.before()) / 4)
        .step_by(size.choose(EVERY.0, EVERY.1))
        .map(|y| y as f64)
        .collect();
    let data = DesignOut {
        span: (start, start + years),
        curves: regimes
            .iter()
            .zip(&curves)
            .enumerate()
            .map(|(style, (s, c))| {
                let percent = |f: fn(&sim_stats::survival::Step) -> f64| {
                    c.steps.iter().map(|step| (100.0 * f(step)).clamp(0.0, 100.0)).collect()
                };
                Survival {
                    name: study.regimes[*s].title.clone(),
                    style,
                    times: c.steps.iter().map(|step| start + step.time).collect(),
                    survival: percent(|s| s.survival),
                    low: percent(|s| s.low),
                    high: percent(|s| s.high),
                    censored: c.censored.len(),
                    at_risk: c.at_risk(&marks),
                }
            })
            .collect(),
        risk_times: marks.iter().map(|y| start + y).collect(),
        risk_title: "Runs in which the US share has not yet halved:".to_owned(),
        events: events(study),
    };
    let (n, left_out) = (scene.replicates(), scene.left_out(&regimes[1..]));
    let against = match study.halved_against() {
        none if none.is_empty() => " against the base year".to_owned(),
        year => year,
    };
    let short = study.halved_against();
    let said: Vec<Halved<'_>> = regimes
        .iter()
        .zip(&curves)
        .map(|(s, curve)| Halved { title: scene.written(*s), curve, back: back(results, *s) })
        .collect();
    let words = Words {
        headline: halved(study, &said[0], &said[1..]),
        subtitle: format!(
            "Runs in which the US share of Chinese-owned purchases has not yet halved{against}, % of {n} \
             replicates{left_out}; tools, materials, software and IP; Kaplan\u{2013}Meier with its 95 % confidence band; a tick at the end: \
             runs censored there"
        ),
        short: format!(
            "Runs in which the US share of Chinese-owned purchases has not yet halved{short}, % of {n} replicates{left_out}; \
             Kaplan\u{2013}Meier, 95 % confidence; tick: censored"
        ),
        form: "Step lines, one for each regime, with the number of runs at risk",
    };
    design_out(&scene.frame("design-out", words), &data)
}

fn curve(results: &Results, scenario: usize) -> Curve {
    let horizon = results.reader.told_years();
    let observations: Vec<Observation> = results.records[scenario]
        .iter()
        .map(|r| Observation::within(results.reader.design_out(r, PART), horizon))
        .collect();
    Curve::new(&observations, 0.95)
}

/// In what part of the runs that halve it the share is back above half at the end.
fn back(results: &Results, scenario: usize) -> f64 {
    let ends = results.values(scenario, "us-share");
    let halved = results.records[scenario]
        .iter()
        .zip(ends)
        .filter(|(r, _)| results.reader.design_out(r, PART).is_some());
    let (mut all, mut back) = (0, 0);
    for (record, end) in halved {
        all += 1;
        let first = results.reader.first_us_share(record);
        back += usize::from(*end >= 100.0 * PART * first);
    }
    f64::from(back as u32) / f64::from(all.max(1))
}
