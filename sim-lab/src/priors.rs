//! Parameter draws: each replicate takes one point of a scrambled Sobol sequence through the priors.
//!
//! Invariant: dimension = place in the registry, so pinning or adding a parameter moves no other; the
//! sequence has prefixes, so 400 replicates extend 200.

use sim_core::scenario::Scenario;
use sim_core::scenario::ensemble::{Ensemble, Members, PARTS};
use sim_core::scenario::param::{Param, Parameters, Prior, SPECS};

use sim_stats::design::sobol::coordinate;
use sim_stats::normal::{normal_cdf, normal_quantile};
use sim_stats::random::{Stream, Use};

/// Where a replicate stands in the unit cube of the priors.
///
/// Without an ensemble that is its point of the sequence. With one it is a member's place: replicates go through the
/// members in an order that depends on the seed, and begin anew after the last. A parameter that the ensemble does not know has the
/// replicate's own coordinate, as without. So has one whose prior has changed, if members are points; if they have
/// coordinates, theirs is read off the changed prior.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    scenario: &'a Scenario,
    seed: u64,
    replicate: u64,
    /// The ensemble, and which of its members.
    member: Option<(&'a Ensemble, usize)>,
}

impl<'a> Place<'a> {
    /// The place of a replicate.
    pub fn new(scenario: &'a Scenario, seed: u64, replicate: u64) -> Self {
        let member = scenario.ensemble.as_ref().map(|ensemble| {
            let count = ensemble.members.len();
            let order = Stream::new(seed, Use::Members, 0, 0).order(count);
            (ensemble, order[(replicate % count as u64) as usize])
        });
        Self { scenario, seed, replicate, member }
    }

    /// Coordinate in the dimension of a parameter.
    pub fn coordinate(&self, dimension: usize) -> f64 {
        let own = || coordinate(self.seed, self.replicate, dimension);
        let Some((ensemble, member)) = self.member else { return own() };
        match &ensemble.members {
            Members::Points { seed, numbers } => {
                let param = &self.scenario.parameters[dimension];
                if ensemble.knows(SPECS[dimension].key, param) {
                    coordinate(*seed, numbers[member], dimension)
                } else {
                    own()
                }
            }
            Members::Coordinates { columns, rows } => columns
                .iter()
                .position(|column| *column == dimension)
                .map_or_else(own, |place| f64::from(rows[member][place]) / f64::from(PARTS)),
        }
    }
}

/// The parameters of a replicate in a scenario. Scenarios with the same priors and ensemble get the same values.
pub fn draw(scenario: &Scenario, seed: u64, replicate: u64) -> Parameters {
    let place = Place::new(scenario, seed, replicate);
    let values: Vec<f64> = scenario
        .parameters
        .iter()
        .enumerate()
        .map(|(dimension, param)| {
            let value = quantile(param, place.coordinate(dimension));
            // A prior's far tail may leave the admissible range.
            value.clamp(SPECS[dimension].low, SPECS[dimension].high)
        })
        .collect();
    Parameters::from_slice(&values)
}

/// The free parameters of a scenario: a key, and its value in each of the replicates.
pub fn free_columns(
    scenario: &Scenario,
    parameters: &[Parameters],
) -> Vec<(&'static str, Vec<f64>)> {
    let drawn: Vec<Vec<f64>> = parameters.iter().map(Parameters::to_vec).collect();
    (0..SPECS.len())
        .filter(|i| scenario.parameters[*i].prior != Prior::Fixed)
        .map(|i| (SPECS[i].key, drawn.iter().map(|row| row[i]).collect()))
        .collect()
}

/// Quantile of a parameter's prior, by inverse CDF.
pub fn quantile(param: &Param, u: f64) -> f64 {
    match param.prior {
        Prior::Fixed => param.value,
        Prior::Uniform { low, high } => low + u * (high - low),
        Prior::Normal { mean, sd, min } => {
            let below = normal_cdf((min - mean) / sd);
            let upper = below + u * (1.0 - below);
            (mean + sd * normal_quantile(upper)).max(min)
        }
        Prior::LogNormal { median, sigma } => median * libm::exp(sigma * normal_quantile(u)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::scenario::param::Grade;

    fn param(prior: Prior) -> Param {
        Param { value: 1.0, prior, unit: "u".into(), source: "s".into(), grade: Grade::Expert }
    }

    #[test]
    fn quantiles_have_the_prior_moments() {
        assert_eq!(quantile(&param(Prior::Fixed), 0.9), 1.0);
        assert_eq!(quantile(&param(Prior::Uniform { low: 2.0, high: 4.0 }), 0.25), 2.5);
        let log = param(Prior::LogNormal { median: 1.8, sigma: 0.613 });
        assert!((quantile(&log, 0.5) - 1.8).abs() < 1e-12);
        assert!((quantile(&log, 0.05) / 0.6566 - 1.0).abs() < 1e-3);
        let cut = param(Prior::Normal { mean: 0.6, sd: 0.4, min: 0.0 });
        let mean: f64 =
            (0..10_000).map(|i| quantile(&cut, (f64::from(i) + 0.5) / 1e4)).sum::<f64>() / 1e4;
        // Truncated normal: mean + sd φ(α)/(1 − Φ(α)) with α = −1.5.
        assert!((mean - 0.655_51).abs() < 1e-4, "{mean}");
        assert!(quantile(&cut, 1e-9) >= 0.0);
    }
}
