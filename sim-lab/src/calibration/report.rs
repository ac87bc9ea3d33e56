//! What a calibration says: what the data inform, how the fit varies, and what the losses are along it.
//!
//! Invariant: everything is computed from the sample, the ensemble and paired runs of its members; nothing is typed in.

use serde::Serialize;
use sim_core::scenario::Scenario;
use sim_core::scenario::ensemble::Ensemble;
use sim_core::scenario::param::{Parameters, Prior, SPECS};

use super::sample::Sample;
use super::select::{Distances, Targets};
use crate::priors;
use crate::store::Form;
use sim_stats::drivers::Driver;
use sim_stats::summary::quantile;

/// The three curves that one history cannot tell apart: localisation anyway, reaction, research.
pub const PROFILE: [&str; 3] = ["secular-trend", "reactive-mandate", "follower-speed"];
/// Bins of a profile: fifths of the prior.
const BINS: usize = 5;
/// Share of the nearest draws whose loss a profile shows: the best fit in a bin, without its luckiest draw.
const BEST: f64 = 0.05;
/// Chance that a parameter of which the data say nothing is called informed, over all parameters.
const FALSE_ALARM: f64 = 0.01;

/// A number over draws.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// 5 % quantile.
    pub p5: f64,
    /// Median.
    pub p50: f64,
    /// 95 % quantile.
    pub p95: f64,
}

impl Spread {
    /// Quantiles of values; NaN for none.
    pub fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |p| quantile(&sorted, p);
        Self { p5: at(0.05), p50: at(0.5), p95: at(0.95) }
    }
}

/// A parameter before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Posterior {
    /// Key.
    pub key: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Over the sample.
    pub prior: Spread,
    /// Over the ensemble.
    pub ensemble: Spread,
    /// Largest distance between the two distribution functions (Kolmogorov & Smirnov), 0–1.
    pub distance: f64,
    /// Whether chance alone would hardly give that distance (see [`threshold`]).
    pub informed: bool,
}

/// How far draws are from what was observed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fit {
    /// Which distance.
    pub what: &'static str,
    /// Over the sample.
    pub prior: Spread,
    /// Over the ensemble, which was chosen by it: in sample.
    pub ensemble: Spread,
}

/// Draws within a range of one parameter, or of three.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// Ranges of parameters, such as `secular-trend 0.2 to 0.5`.
    pub range: String,
    /// Draws of the sample in it.
    pub draws: usize,
    /// Members of the ensemble in it.
    pub members: usize,
    /// Loss that 5 % of its draws do not exceed: 1 is the median draw of the prior.
    pub best_loss: f64,
    /// US revenue against no control over the members, USD bn of 2019; NaN without members.
    pub us_revenue: Spread,
    /// Lead in logic at the horizon against no control, generations.
    pub lead: Spread,
}

/// Counterfactual of each member: revenue of US firms and lead in logic against no control.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Counterfactual {
    /// Parameters.
    pub parameters: Vec<Parameters>,
    /// USD bn of 2019.
    pub us_revenue: Vec<f64>,
    /// Generations.
    pub lead: Vec<f64>,
}

/// Counterfactual headlines of prior and ensemble.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Headlines {
    /// Drawn from: `prior` or `ensemble`.
    pub from: &'static str,
    /// Replicates.
    pub replicates: usize,
    /// US revenue against no control, USD bn of 2019.
    pub us_revenue: Spread,
    /// Lead in logic at the horizon against no control, generations.
    pub lead: Spread,
}

impl Headlines {
    /// Spreads of a counterfactual.
    pub fn of(from: &'static str, runs: &Counterfactual) -> Self {
        Self {
            from,
            replicates: runs.lead.len(),
            us_revenue: Spread::of(&runs.us_revenue),
            lead: Spread::of(&runs.lead),
        }
    }
}

/// A segment that no control had reached: how China's share changed there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Control {
    /// Segment id.
    pub segment: String,
    /// China's share of the base year, percent.
    pub base: f64,
    /// Observed, percent.
    pub observed: f64,
    /// Over the ensemble.
    pub ensemble: Spread,
}

/// Version of the report's file.
pub const SCHEMA: &str = "chokepoint-calibration-1";

/// The file of a report: another may take its place.
pub const FORM: Form = Form {
    words: "a report of `calibrate`",
    fits: |text| {
        serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| value["schema"] == SCHEMA)
    },
};

/// A calibration, as `--report` writes it.
#[derive(Debug, Serialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// Draws of the prior.
    pub draws: usize,
    /// Draws that are kept.
    pub kept: usize,
    /// Seed.
    pub seed: u64,
    /// Hash of the scenario that was sampled.
    pub scenario_hash: String,
    /// See [`threshold`].
    pub informed_above: f64,
    /// Parameters, the most informed first.
    pub posteriors: Vec<Posterior>,
    /// Distances.
    pub fits: Vec<Fit>,
    /// Classes of segments by fold.
    pub folds: Vec<Vec<String>>,
    /// See [`profile`].
    pub profile: Vec<Cell>,
    /// See [`controls`].
    pub controls: Vec<Control>,
    /// Counterfactual of prior and ensemble.
    pub headlines: Vec<Headlines>,
    /// What the loss moves with.
    pub drivers_of_us_revenue: Vec<Driver>,
    /// What the lead moves with.
    pub drivers_of_lead: Vec<Driver>,
}

/// Parameter values of the draws of a sample.
pub fn drawn(scenario: &Scenario, seed: u64, draws: usize) -> Vec<Vec<f64>> {
    (0..draws).map(|draw| priors::draw(scenario, seed, draw as u64).to_vec()).collect()
}

/// Distance above which a parameter counts as informed: one of `count` parameters of which the data say nothing
/// exceeds it with a chance of 1 % (Kolmogorov's asymptotic law, `√(−½ ln(α/2) / n)`, Bonferroni).
pub fn threshold(members: usize, count: usize) -> f64 {
    let alpha = FALSE_ALARM / count as f64;
    (-0.5 * libm::log(alpha / 2.0) / members as f64).sqrt()
}

/// Every free parameter before and after, the most informed first.
pub fn posteriors(scenario: &Scenario, drawn: &[Vec<f64>], ensemble: &Ensemble) -> Vec<Posterior> {
    let free: Vec<usize> =
        (0..SPECS.len()).filter(|i| scenario.parameters[*i].prior != Prior::Fixed).collect();
    let limit = threshold(ensemble.members.len(), free.len());
    let mut found: Vec<Posterior> = free
        .into_iter()
        .map(|i| {
            let all: Vec<f64> = drawn.iter().map(|row| row[i]).collect();
            let kept: Vec<f64> = ensemble.members.iter().map(|m| drawn[*m as usize][i]).collect();
            let distance = kolmogorov(&all, &kept);
            Posterior {
                key: SPECS[i].key,
                unit: SPECS[i].unit,
                prior: Spread::of(&all),
                ensemble: Spread::of(&kept),
                distance,
                informed: distance > limit,
            }
        })
        .collect();
    found.sort_by(|a, b| b.distance.total_cmp(&a.distance));
    found
}

/// Largest distance of two empirical distribution functions.
fn kolmogorov(a: &[f64], b: &[f64]) -> f64 {
    let sorted = |values: &[f64]| {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        values
    };
    let (a, b) = (sorted(a), sorted(b));
    let share = |values: &[f64], x: f64| {
        values.partition_point(|value| *value <= x) as f64 / values.len() as f64
    };
    a.iter().chain(&b).map(|x| (share(&a, *x) - share(&b, *x)).abs()).fold(0.0, f64::max)
}

/// Distances over sample and ensemble.
pub fn fits(sample: &Sample, targets: &Targets, ensemble: &Ensemble) -> Vec<Fit> {
    let all = targets.all_distances(sample, &[]);
    let what = [
        "shares of China, points by size",
        "shares of the United States, points by size",
        "facts, relative",
    ];
    what.into_iter()
        .enumerate()
        .map(|(d, what)| {
            let prior: Vec<f64> = all.iter().map(|distances| distances[d]).collect();
            let kept: Vec<f64> = ensemble.members.iter().map(|m| prior[*m as usize]).collect();
            Fit { what, prior: Spread::of(&prior), ensemble: Spread::of(&kept) }
        })
        .collect()
}

/// The profile of fit and counterfactual over the three curves: fifths of each, then halves of all three.
pub fn profile(
    sample: &Sample,
    targets: &Targets,
    drawn: &[Vec<f64>],
    ensemble: &Ensemble,
    runs: &Counterfactual,
) -> Vec<Cell> {
    let losses = targets.losses(sample, Distances::SharesAndFacts, &[]);
    let places: Vec<usize> =
        PROFILE.iter().filter_map(|key| SPECS.iter().position(|spec| spec.key == *key)).collect();
    let cuts = |place: usize, parts: usize| -> Vec<f64> {
        let mut values: Vec<f64> = drawn.iter().map(|row| row[place]).collect();
        values.sort_by(f64::total_cmp);
        (0..=parts).map(|i| quantile(&values, i as f64 / parts as f64)).collect()
    };
    let mut boxes: Vec<Vec<(usize, f64, f64)>> = Vec::new();
    for place in &places {
        let cuts = cuts(*place, BINS);
        boxes.extend(cuts.windows(2).map(|pair| vec![(*place, pair[0], pair[1])]));
    }
    let halves: Vec<Vec<f64>> = places.iter().map(|place| cuts(*place, 2)).collect();
    for corner in 0..1_usize << places.len() {
        let side = |(i, place): (usize, &usize)| {
            let high = corner >> i & 1;
            (*place, halves[i][high], halves[i][high + 1])
        };
        boxes.push(places.iter().enumerate().map(side).collect());
    }
    let cell = |limits: Vec<(usize, f64, f64)>| {
        let holds =
            |row: &[f64]| limits.iter().all(|(i, low, high)| (*low..=*high).contains(&row[*i]));
        let mut inside: Vec<f64> =
            losses.iter().zip(drawn).filter(|(_, row)| holds(row)).map(|(loss, _)| *loss).collect();
        inside.sort_by(f64::total_cmp);
        let with = |values: &[f64]| -> Spread {
            let mine = values.iter().zip(&runs.parameters).filter(|(_, p)| holds(&p.to_vec()));
            Spread::of(&mine.map(|(value, _)| *value).collect::<Vec<_>>())
        };
        let range =
            |(i, low, high): &(usize, f64, f64)| format!("{} {low:.2} to {high:.2}", SPECS[*i].key);
        Cell {
            range: limits.iter().map(range).collect::<Vec<_>>().join(", "),
            draws: inside.len(),
            members: ensemble.members.iter().filter(|m| holds(&drawn[**m as usize])).count(),
            best_loss: quantile(&inside, BEST),
            us_revenue: with(&runs.us_revenue),
            lead: with(&runs.lead),
        }
    };
    boxes.into_iter().map(cell).collect()
}

/// How China's share changed in the segments of classes that no control had reached.
pub fn controls(
    sample: &Sample,
    targets: &Targets,
    base: &[f64],
    ensemble: &Ensemble,
    classes: &[&str],
) -> Vec<Control> {
    let mut found = Vec::new();
    for (place, target) in targets.segments.iter().enumerate() {
        let Some(target) = target.as_ref().filter(|t| classes.contains(&t.class.as_str())) else {
            continue;
        };
        let kept: Vec<f64> =
            ensemble.members.iter().map(|m| sample.draws[*m as usize].shares[place][0]).collect();
        found.push(Control {
            segment: sample.segments[place].clone(),
            base: base[place],
            observed: target.share[0],
            ensemble: Spread::of(&kept),
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_of_two_distributions_is_that_of_their_functions() {
        let a: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(kolmogorov(&a, &a), 0.0);
        assert_eq!(kolmogorov(&a, &[1000.0]), 1.0);
        let upper: Vec<f64> = (50..100).map(f64::from).collect();
        assert!((kolmogorov(&a, &upper) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn the_threshold_is_exceeded_by_chance_as_rarely_as_it_says() {
        // Without the correction for many parameters: members drawn from a grid by a fixed rule, 2000 times.
        let grid: Vec<f64> = (0..1000).map(f64::from).collect();
        let limit = threshold(50, 1);
        let mut beyond = 0;
        for block in 0..2000 {
            let mut random =
                sim_stats::random::Stream::new(1, sim_stats::random::Use::Members, block, 9);
            let kept: Vec<f64> = (0..50).map(|_| grid[random.below(1000)]).collect();
            beyond += usize::from(kolmogorov(&grid, &kept) > limit);
        }
        // 1 % of 2000 is 20, four standard errors are 18; the asymptotic law is conservative for few members.
        assert!((2..38).contains(&beyond), "{beyond}");
    }
}
