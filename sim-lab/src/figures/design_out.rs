//! Design-out: how fast, and does it come back?

use super::{Scene, Words, begin, events};
use crate::finding;
use crate::results::Results;
use sim_charts::{ChartError, DesignOut, Figure, Survival, design_out};
use sim_stats::survival::{Curve, Observation, TimeQuantile};

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
    let words = Words {
        headline: headline(scene, &regimes, &curves, true),
        brief: Some(headline(scene, &regimes, &curves, false)),
        subtitle: format!(
            "Runs in which the US share of Chinese-owned purchases has not yet halved{against}, % of {n} \
             replicates{left_out}; tools, materials, software and IP; Kaplan\u{2013}Meier with 95 % band; a tick at the end: \
             runs censored there"
        ),
        short: format!(
            "Runs in which the US share of Chinese-owned purchases has not yet halved{short}, % of {n} replicates{left_out}; \
             Kaplan\u{2013}Meier, 95 % bands; tick: censored"
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

/// The regime that designs out first, against the baseline, and whether it comes back.
fn headline(scene: Scene<'_>, regimes: &[usize], curves: &[Curve], full: bool) -> String {
    let Scene { study, results, .. } = scene;
    let quarter = |years: f64| study.from().plus((4.0 * years).round() as i32).to_string();
    let base = curves[0].quantile(0.5);
    let time = |q: &TimeQuantile| q.time.unwrap_or(f64::INFINITY);
    let first = (1..curves.len())
        .min_by(|a, b| time(&curves[*a].quantile(0.5)).total_cmp(&time(&curves[*b].quantile(0.5))));
    let Some(first) = first else { return "There is no regime to compare".to_owned() };
    let median = curves[first].quantile(0.5);
    let (title, baseline) = (scene.title(regimes[first]), scene.baseline());
    let share = |c: &Curve| finding::number(100.0 * c.reached(), 0);
    if let Some(words) = later(scene, (regimes, curves), &quarter) {
        return words;
    }
    let (Some(at), Some(latest)) = (median.time, median.high) else {
        let most = (1..curves.len())
            .rev()
            .max_by(|a, b| curves[*a].reached().total_cmp(&curves[*b].reached()))
            .unwrap_or(first);
        return format!(
            "Under no regime is the US share of Chinese purchases clearly halved in most runs by {}; under {} \
             it is in {} % of them, under {baseline} in {} %",
            study.end,
            scene.title(regimes[most]),
            share(&curves[most]),
            share(&curves[0])
        );
    };
    let range = format!(
        "{} (95 %: {} to {})",
        quarter(at),
        quarter(median.low.unwrap_or(at)),
        quarter(latest)
    );
    // The baseline's median is later for certain if even its early limit is, or lies beyond the horizon.
    if base.low.is_some_and(|low| low <= latest) {
        return format!(
            "No clear difference in when the US share of Chinese purchases halves: {range} in the median run under \
             {title}, {} under {baseline}",
            base.time.map_or_else(|| "not by the end".to_owned(), quarter)
        );
    }
    if !full {
        return format!(
            "Under {title} the US share of Chinese purchases halves by {range} in the median run. {}",
            back(results, regimes[first])
        );
    }
    let later = base.time.map_or_else(
        || {
            format!(
                "not by {} in {} % of runs",
                study.end,
                finding::number(100.0 - 100.0 * curves[0].reached(), 0)
            )
        },
        quarter,
    );
    format!(
        "Under {title} the US share of Chinese purchases halves by {range} in the median run; under {baseline}: \
         {later}. {}",
        back(results, regimes[first])
    )
}

/// Where no regime designs out earlier than the baseline for certain: the one that does so latest, if that is later for
/// certain.
fn later(
    scene: Scene<'_>,
    (regimes, curves): (&[usize], &[Curve]),
    quarter: &dyn Fn(f64) -> String,
) -> Option<String> {
    let base = curves[0].quantile(0.5);
    let (at, early, late) = (base.time?, base.low?, base.high?);
    let medians = || curves[1..].iter().map(|c| c.quantile(0.5));
    if medians().any(|m| m.high.is_some_and(|high| high < early)) {
        return None;
    }
    // Without a lower limit the median lies beyond the horizon.
    let time = |q: &TimeQuantile| (q.low.unwrap_or(f64::INFINITY), q.time.unwrap_or(f64::INFINITY));
    let latest = (1..curves.len())
        .rev()
        .max_by(|a, b| {
            let [a, b] = [a, b].map(|i| time(&curves[*i].quantile(0.5)));
            a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
        })
        .filter(|i| time(&curves[*i].quantile(0.5)).0 > late)?;
    let median = curves[latest].quantile(0.5);
    let then = median.time.map_or_else(
        || {
            let left = finding::number(100.0 - 100.0 * curves[latest].reached(), 0);
            format!("not by {} in {left} % of runs", scene.study.end)
        },
        |time| format!("by {}", quarter(time)),
    );
    Some(format!(
        "Under {} the US share of Chinese purchases halves by {} (95 %: {} to {}) in the median run; under {}: {then}",
        scene.baseline(),
        quarter(at),
        quarter(early),
        quarter(late),
        scene.title(regimes[latest])
    ))
}

/// In how many of the runs that halve it the share is back above half at the end.
fn back(results: &Results, scenario: usize) -> String {
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
    match back {
        0 => "It does not come back".to_owned(),
        _ => format!(
            "It comes back in {} %",
            finding::number(100.0 * f64::from(back as u32) / f64::from(all), 0)
        ),
    }
}
