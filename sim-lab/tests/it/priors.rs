//! Parameter draws stay inside their priors, fill them, and are the same in every scenario.

use sim_core::scenario::Scenario;
use sim_core::scenario::param::{Prior, SPECS};
use sim_lab::priors;

use crate::library::scenario;

const POINTS: u64 = 1024;

#[test]
fn draws_stay_inside_their_priors_and_fill_them() {
    let scenario = Scenario { ensemble: None, ..(*scenario("baseline")).clone() };
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

#[test]
fn an_ensemble_gives_its_members_and_what_it_does_not_know_is_drawn_anew() {
    let with = scenario("baseline");
    let ensemble = with.ensemble.clone().expect("the project ships one");
    let all = Scenario { ensemble: None, ..(*with).clone() };
    let count = ensemble.members.len() as u64;
    let points: Vec<_> =
        ensemble.members.iter().map(|m| priors::draw(&all, ensemble.seed, *m)).collect();
    // Each member once, in another order for another seed, and from the front again.
    for seed in [1, 2] {
        let mut met: Vec<usize> = (0..count)
            .map(|r| {
                points.iter().position(|p| *p == priors::draw(&with, seed, r)).expect("member")
            })
            .collect();
        met.sort_unstable();
        assert_eq!(met, (0..points.len()).collect::<Vec<_>>());
        assert_eq!(priors::draw(&with, seed, 0), priors::draw(&with, seed, count));
    }
    assert_ne!(priors::draw(&with, 1, 0), priors::draw(&with, 2, 0));
    // A prior that the ensemble was not drawn from.
    let mut changed = (*with).clone();
    changed.parameters[0].prior = Prior::Uniform { low: 1.0, high: 2.0 };
    let mut plain = all.clone();
    plain.parameters[0].prior = changed.parameters[0].prior;
    let (a, b) = (priors::draw(&changed, 5, 3).to_vec(), priors::draw(&plain, 5, 3).to_vec());
    assert_eq!(a[0], b[0]);
    assert_eq!(a[1..], priors::draw(&with, 5, 3).to_vec()[1..]);
}
