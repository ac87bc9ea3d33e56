//! Parameter draws stay inside their priors, fill them, and are the same in every scenario.

use sim_core::scenario::param::{Prior, SPECS};
use sim_lab::priors;

use crate::library::scenario;

const POINTS: u64 = 1024;

#[test]
fn draws_stay_inside_their_priors_and_fill_them() {
    let scenario = scenario("baseline");
    let draws: Vec<Vec<f64>> =
        (0..POINTS).map(|r| priors::draw(&scenario, 1, r).to_vec()).collect();
    for (i, (param, spec)) in scenario.parameters.iter().zip(SPECS).enumerate() {
        let values: Vec<f64> = draws.iter().map(|draw| draw[i]).collect();
        let (low, high) =
            values.iter().fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
        assert!(spec.low <= low && high <= spec.high, "{}: {low} to {high}", spec.key);
        // A scrambled Sobol sequence has one point in each of as many equal strips.
        let below = |limit: f64| values.iter().filter(|v| **v < limit).count() as u64;
        match param.prior {
            Prior::Fixed => assert_eq!((low, high), (param.value, param.value), "{}", spec.key),
            Prior::Uniform { low: from, high: to } => {
                assert!(from < low && high < to, "{}: {low} to {high}", spec.key);
                for quarter in 1..4 {
                    let limit = from + (to - from) * f64::from(quarter as u32) / 4.0;
                    assert!(below(limit).abs_diff(quarter * POINTS / 4) <= 1, "{}", spec.key);
                }
            }
            Prior::LogNormal { median, .. } => {
                assert!(low > 0.0 && below(median).abs_diff(POINTS / 2) <= 1, "{}", spec.key);
            }
            Prior::Normal { min, .. } => assert!(low >= min && high > low, "{}", spec.key),
        }
    }
}

#[test]
fn a_replicate_has_the_same_parameters_in_every_scenario() {
    let (one, other) = (scenario("baseline"), scenario("history"));
    for replicate in 0..50 {
        assert_eq!(priors::draw(&one, 7, replicate), priors::draw(&other, 7, replicate));
    }
    assert_ne!(priors::draw(&one, 7, 0), priors::draw(&one, 7, 1));
    assert_ne!(priors::draw(&one, 7, 0), priors::draw(&one, 8, 0));
}

#[test]
fn pinning_a_parameter_moves_no_other() {
    let free = scenario("baseline");
    let mut pinned = (*free).clone();
    pinned.parameters[0].prior = Prior::Fixed;
    for replicate in 0..20 {
        let (a, b) = (priors::draw(&free, 3, replicate), priors::draw(&pinned, 3, replicate));
        assert_ne!(a.to_vec()[0], b.to_vec()[0]);
        assert_eq!(a.to_vec()[1..], b.to_vec()[1..]);
    }
}
