//! Parameter draws: each replicate takes one point of a scrambled Sobol sequence through the priors.
//!
//! Invariant: dimension = place in the registry, so pinning or adding a parameter moves no other; the
//! sequence has prefixes, so 400 replicates extend 200.

use sim_core::draws::{normal_cdf, normal_quantile};
use sim_core::scenario::Scenario;
use sim_core::scenario::param::{Param, Parameters, Prior, SPECS};

/// Points of one scrambled sequence; longer designs begin a new scrambling.
const SEQUENCE: u64 = 1 << 16;

/// The parameters of a replicate in a scenario. Scenarios with the same priors get the same values.
pub fn draw(scenario: &Scenario, seed: u64, replicate: u64) -> Parameters {
    let values: Vec<f64> = scenario
        .parameters
        .iter()
        .enumerate()
        .map(|(dimension, param)| {
            let value = quantile(param, sobol(seed, replicate, dimension));
            // A prior's far tail may leave the admissible range.
            value.clamp(SPECS[dimension].low, SPECS[dimension].high)
        })
        .collect();
    Parameters::from_slice(&values)
}

/// Coordinate of a point of the scrambled Sobol sequence, inside (0, 1).
pub fn sobol(seed: u64, point: u64, dimension: usize) -> f64 {
    let scrambling = scramble(seed, point / SEQUENCE);
    let sample = sobol_burley::sample((point % SEQUENCE) as u32, dimension as u32, scrambling);
    // Samples have 24 bits; the middle of their interval lies inside (0, 1).
    f64::from(sample) + 0.5 / f64::from(1_u32 << 24)
}

/// The scrambling of a block of replicates, by the finaliser of SplitMix64.
fn scramble(seed: u64, block: u64) -> u32 {
    let mut z = seed.wrapping_add(block.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 32) as u32
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
