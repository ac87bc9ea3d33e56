//! The error of a printed share: what a statistic shows of a market that a run describes.
//!
//! On the log odds a printed share is the share in the run plus τ times Student's t with four degrees of freedom: firms
//! counted elsewhere, segments drawn otherwise, and what the model has no mechanism for. Heavy tails, because a business
//! sold to another country moves a share by all of it. One number τ for all segments.
//!
//! Invariant: τ is fitted to segments that it is not applied to, or the forecast is called in sample.

use sim_core::draws::{Draws, Purpose};

use super::COUNTRIES;
use super::scores::{Case, HALF_UNIT};

/// Shares closer to 0 or 100 % than this stand for it: log odds have no ends.
const EDGE: f64 = 0.01;
/// Values of τ that a fit tries: steps of 0.05 to 2.
const STEP: f64 = 0.05;
const STEPS: u32 = 40;

/// Log odds of a share in percent.
pub(crate) fn log_odds(share: f64) -> f64 {
    let share = share.clamp(EDGE, 100.0 - EDGE);
    libm::log(share / (100.0 - share))
}

/// Density of Student's t with four degrees of freedom.
pub(crate) fn density(t: f64) -> f64 {
    0.375 * libm::pow(1.0 + t * t / 4.0, -2.5)
}

/// Its distribution function.
pub(crate) fn distribution(t: f64) -> f64 {
    let r = t * t + 4.0;
    0.5 + t / (2.0 * r.sqrt()) * (1.0 + 2.0 / r)
}

/// Its quantile (Shaw 2006, Journal of Computational Finance 9).
pub(crate) fn t_quantile(p: f64) -> f64 {
    let root = (4.0 * p * (1.0 - p)).sqrt();
    let q = libm::cos(libm::acos(root) / 3.0) / root;
    (p - 0.5).signum() * 2.0 * (q - 1.0).max(0.0).sqrt()
}

/// A share as a statistic may show it, percent; `uniform` decides the error.
pub fn shown(share: f64, scale: f64, uniform: f64) -> f64 {
    let odds = libm::exp(log_odds(share) + scale * t_quantile(uniform));
    100.0 * odds / (1.0 + odds)
}

/// The numbers that decide the errors of a segment's shares in a replicate, by country; `slot` is the lowest of the
/// segment's product slots.
pub fn luck(draws: &Draws, slot: u32) -> [f64; 2] {
    let mut uniforms = [0.0; COUNTRIES.len()];
    let first = u64::from(slot) * COUNTRIES.len() as u64;
    draws.fill(Purpose::Statistic, 0, first, &mut uniforms);
    uniforms
}

/// The scale with the largest likelihood of what was observed: `Σ ln mean_i f(o | x_i, τ)`. What prints as 0 or 100 % counts by
/// the probability of printing so. `None` without cases.
pub fn fit(cases: &[Case]) -> Option<f64> {
    let likelihood = |scale: f64| -> f64 {
        let of = |case: &Case| {
            let sum: f64 =
                case.ensemble.iter().map(|x| likelihood_of(case.observed, *x, scale)).sum();
            libm::log((sum / case.ensemble.len() as f64).max(f64::MIN_POSITIVE))
        };
        cases.iter().map(of).sum()
    };
    let tried = (1..=STEPS).map(|i| f64::from(i) * STEP);
    let best = |best: Option<(f64, f64)>, scale: f64| {
        let value = likelihood(scale);
        Some(best.filter(|(_, least)| *least >= value).unwrap_or((scale, value)))
    };
    if cases.is_empty() { None } else { tried.fold(None, best).map(|(scale, _)| scale) }
}

fn likelihood_of(observed: f64, share: f64, scale: f64) -> f64 {
    let apart = |x: f64| (log_odds(x) - log_odds(share)) / scale;
    if observed < HALF_UNIT {
        distribution(apart(HALF_UNIT))
    } else if observed > 100.0 - HALF_UNIT {
        1.0 - distribution(apart(100.0 - HALF_UNIT))
    } else {
        density(apart(observed)) / scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn density_distribution_and_quantile_agree() {
        for p in [0.001, 0.05, 0.3, 0.5, 0.75, 0.975, 0.9999] {
            let t = t_quantile(p);
            assert!((distribution(t) - p).abs() < 1e-12, "{p}");
            let slope = (distribution(t + 1e-5) - distribution(t - 1e-5)) / 2e-5;
            assert!((slope - density(t)).abs() < 1e-8, "{p}");
        }
        // Tables: the 97.5 % quantile with four degrees of freedom.
        assert!((t_quantile(0.975) - 2.776_445_105_197_79).abs() < 1e-9);
    }

    #[test]
    fn without_error_a_share_is_shown_as_it_is() {
        for share in [0.5, 20.0, 99.0] {
            assert!((shown(share, 0.0, 0.9) - share).abs() < 1e-9);
            assert!((shown(share, 0.7, 0.5) - share).abs() < 1e-9);
            assert!(shown(share, 0.7, 0.9) > share);
        }
    }

    #[test]
    fn the_fit_finds_the_scale_that_made_the_data() {
        let draws = Draws::new(3, 0);
        for scale in [0.2, 0.6, 1.2] {
            let case = |i: u32| {
                let share = 1.0 + f64::from(i % 97);
                let observed = shown(share, scale, luck(&draws, i)[0]);
                Case { ensemble: vec![share], observed, weight: 1.0 }
            };
            let cases: Vec<Case> = (0..800).map(case).collect();
            let found = fit(&cases).expect("cases");
            assert!((found - scale).abs() < 0.1 + 1e-9, "{scale}: {found}");
        }
        assert_eq!(fit(&[]), None);
    }
}
