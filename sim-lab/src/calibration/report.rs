//! What a calibration says: what the data inform, how the fit varies, and what the losses are along it.
//!
//! Invariant: everything is computed from the sample, the ensemble and paired runs of its members; nothing is typed in.

use serde::Serialize;
use sim_core::scenario::Scenario;
use sim_core::scenario::panel::Panel;
use sim_core::scenario::param::{Parameters, SPECS};

use super::class::Class;
use super::ensemble::chosen;
use super::fit::Shown;
use super::likelihood::Likelihood;
use super::profile::{Cell, Control};
use super::select::Targets;
use super::space::Space;
use super::worlds::Worlds;
use crate::hindcast::Observation;
use crate::priors;
use crate::store::Form;
use sim_stats::drivers::Driver;
use sim_stats::smc::{State, Step};
use sim_stats::summary::quantile;

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
    /// The distance that is left in fits that do not look at a class of targets; empty if none was asked for.
    pub without: Vec<Without>,
}

/// A distance in a fit without a class of targets.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Without {
    /// The class.
    pub class: &'static str,
    /// Distance from the prior.
    pub distance: f64,
}

/// A class of targets, and its discrepancy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassOf {
    /// Name in files.
    pub class: &'static str,
    /// Name for people.
    pub what: &'static str,
    /// Number of targets.
    pub targets: usize,
    /// Discrepancy before, log odds.
    pub prior: Spread,
    /// Discrepancy after.
    pub posterior: Spread,
}

/// A fit that was run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// Its name.
    pub name: String,
    /// Particles.
    pub particles: usize,
    /// Runs of the model, without those of the sample.
    pub runs: u64,
    /// Steps, with effective sample sizes and acceptance.
    pub steps: Vec<Step>,
}

impl Run {
    /// What is to be said of a fit.
    pub fn of(name: &str, state: &State<Shown>) -> Self {
        Self {
            name: name.to_owned(),
            particles: state.particles.len(),
            runs: state.runs,
            steps: state.steps.clone(),
        }
    }
}

/// How far draws are from what was observed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fit {
    /// Which distance.
    pub what: &'static str,
    /// Over the sample.
    pub prior: Spread,
    /// Over the ensemble, which was fitted to it: in sample.
    pub ensemble: Spread,
    /// Over as many draws of the sample, those nearest by the mean of the three distances: rejection, to compare with.
    pub rejection: Spread,
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

/// Version of the report's file.
pub const SCHEMA: &str = "chokepoint-calibration-2";

/// What the schemas of all versions begin with.
const FAMILY: &str = "chokepoint-calibration-";

/// The file of a report: another may take its place.
pub const FORM: Form = Form {
    words: "a report of `calibrate`",
    fits: |text| {
        let schema = |value: serde_json::Value| {
            value["schema"].as_str().is_some_and(|schema| schema.starts_with(FAMILY))
        };
        serde_json::from_str(text).is_ok_and(schema)
    },
};

/// A calibration, as `--report` writes it.
#[derive(Debug, Serialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// Draws of the prior.
    pub draws: usize,
    /// Particles of the fit to all targets.
    pub particles: usize,
    /// Members of the ensemble.
    pub kept: usize,
    /// Seed.
    pub seed: u64,
    /// Hash of the scenario that was sampled.
    pub scenario_hash: String,
    /// See [`threshold`].
    pub informed_above: f64,
    /// Parameters, the most informed first.
    pub posteriors: Vec<Posterior>,
    /// Classes of targets, with their discrepancies.
    pub classes: Vec<ClassOf>,
    /// Fits that were run.
    pub runs: Vec<Run>,
    /// Distances.
    pub fits: Vec<Fit>,
    /// Classes of segments by fold.
    pub folds: Vec<Vec<String>>,
    /// See [`super::profile::profile`].
    pub profile: Vec<Cell>,
    /// See [`super::profile::controls`].
    pub controls: Vec<Control>,
    /// Counterfactual of prior and ensemble.
    pub headlines: Vec<Headlines>,
    /// What the loss moves with.
    pub drivers_of_us_revenue: Vec<Driver>,
    /// What the lead moves with.
    pub drivers_of_lead: Vec<Driver>,
    /// Simulation-based calibration, if it was asked for.
    pub worlds: Option<Worlds>,
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

/// Parameter values of the members that are taken from a fit.
pub fn members(space: &Space, state: &State<Shown>, keep: usize) -> Vec<Vec<f64>> {
    taken(state, keep).map(|p| space.parameters(&p.point).to_vec()).collect()
}

fn taken(
    state: &State<Shown>,
    keep: usize,
) -> impl Iterator<Item = &sim_stats::smc::Particle<Shown>> {
    (0..keep).map(move |i| &state.particles[chosen(i, keep, state.particles.len())])
}

/// Every free parameter before and after, the most informed first. `without` has the members of fits that do not
/// look at a class.
pub fn posteriors(
    space: &Space,
    drawn: &[Vec<f64>],
    kept: &[Vec<f64>],
    without: &[(Class, Vec<Vec<f64>>)],
) -> Vec<Posterior> {
    let limit = threshold(kept.len(), space.free.len());
    let column = |rows: &[Vec<f64>], i: usize| rows.iter().map(|row| row[i]).collect::<Vec<_>>();
    let mut found: Vec<Posterior> = space
        .free
        .iter()
        .map(|&i| {
            let (all, mine) = (column(drawn, i), column(kept, i));
            let distance = kolmogorov(&all, &mine);
            let left = |(class, rows): &(Class, Vec<Vec<f64>>)| Without {
                class: class.as_str(),
                distance: kolmogorov(&all, &column(rows, i)),
            };
            Posterior {
                key: SPECS[i].key,
                unit: SPECS[i].unit,
                prior: Spread::of(&all),
                ensemble: Spread::of(&mine),
                distance,
                informed: distance > limit,
                without: without.iter().map(left).collect(),
            }
        })
        .collect();
    found.sort_by(|a, b| b.distance.total_cmp(&a.distance));
    found
}

/// Classes of targets with their discrepancies before and after.
pub fn classes(space: &Space, likelihood: &Likelihood, state: &State<Shown>) -> Vec<ClassOf> {
    let one = |class: Class| {
        let at = |p: f64| class.discrepancy(p);
        let after: Vec<f64> =
            state.particles.iter().map(|p| space.discrepancy(class, &p.point)).collect();
        ClassOf {
            class: class.as_str(),
            what: class.words(),
            targets: likelihood.count(class),
            prior: Spread { p5: at(0.05), p50: at(0.5), p95: at(0.95) },
            posterior: Spread::of(&after),
        }
    };
    Class::ALL.into_iter().map(one).collect()
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

/// What observations say of the members that are taken from a fit.
pub fn observed(
    likelihood: &Likelihood,
    panel: &Panel,
    state: &State<Shown>,
    keep: usize,
) -> Vec<Observation> {
    let one = |p: &sim_stats::smc::Particle<Shown>| {
        p.shown.as_ref().map(|shown| likelihood.observation(shown, panel))
    };
    taken(state, keep).filter_map(one).collect()
}

/// Distances over prior, ensemble and the nearest draws.
pub fn fits(targets: &Targets, [prior, kept, nearest]: [&[Observation]; 3]) -> Vec<Fit> {
    let what = [
        "shares of China, points by size",
        "shares of the United States, points by size",
        "facts, relative",
    ];
    let of = |all: &[Observation], d: usize| {
        let values = all.iter().map(|one| targets.distances(one, &[])[d]);
        Spread::of(&values.collect::<Vec<_>>())
    };
    let one = |(d, what)| Fit {
        what,
        prior: of(prior, d),
        ensemble: of(kept, d),
        rejection: of(nearest, d),
    };
    what.into_iter().enumerate().map(one).collect()
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
